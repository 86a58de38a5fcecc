#pragma once
// Fields that hold a PEM text or the path of a file with one, for libraries that take a path.

#include <optional>
#include <string>
#include <string_view>

#include "injector/doctor/memory_file.h"
#include "injector/model/connection.h"

namespace injector::doctor {

struct PemField {
  std::string path;  // empty: the field is absent
  std::optional<MemoryFile> content;
};

Result<PemField> ReadPemField(const Connection& connection, std::string_view field);

}  // namespace injector::doctor
