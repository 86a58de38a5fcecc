#pragma once
// Text for libraries that take it only from a file, without a file: memory of this process that has
// a path (memfd_create(2)). A private key never reaches a disk this way.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/base/unique_fd.h"

namespace injector::doctor {

class MemoryFile {
 public:
  // Readable by this user alone, which libpq insists on.
  static Result<MemoryFile> Make(std::string_view content);

  // Of use to this process, while this object lives.
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

 private:
  explicit MemoryFile(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace injector::doctor
