#pragma once
// How a job names a connection: `name` (an alias, in whatever type), `@type.alias`, or `@type` (the
// type's default).

#include <span>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

struct Reference {
  std::string type;   // empty in a bare name
  std::string alias;  // empty in "@type"

  // Refuses everything else: "@", "@.x", "@mysql.", "@mysql.x.". An alias may hold dots:
  // "@mysql.db.prod".
  static Result<Reference> Parse(std::string_view text);
  std::string ToString() const;
};

// What a source knows of a connection without decrypting it.
struct ConnectionEntry {
  ConnectionName name;
  bool is_default = false;
};

// The index in `entries` that `reference` means. kNotFound lists what there is instead (types,
// aliases, nearest names); kConflict lists the full names when a bare name is held by two types, or
// two entries of one type are flagged default.
Result<std::size_t> Resolve(const Reference& reference, std::span<const ConnectionEntry> entries);

}  // namespace injector
