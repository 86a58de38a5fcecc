#pragma once
// What the fuzz targets share.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "injector/model/connection.h"

namespace fuzz {

// A property that must hold: libFuzzer reports the abort with its input.
inline void Require(bool condition) {
  if (!condition) std::abort();
}

inline std::string_view TextOf(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A field that is null counts as none.
inline void RequireSame(const std::vector<injector::Connection>& a,
                        const std::vector<injector::Connection>& b) {
  Require(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    Require(a[i].name == b[i].name);
    for (const injector::Field& field : a[i].fields) {
      if (field.value.kind() == injector::Value::Kind::kNull) continue;
      const injector::Field* found = b[i].FieldNamed(field.name);
      Require(found != nullptr && found->value == field.value);
    }
  }
}

}  // namespace fuzz
