#pragma once
// Reads a JSON map of which every member is known: each is taken by name and kind, and nothing may
// be missing or left over. Errors are collected, so that reading stays a list of members.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"
#include "injector/model/value.h"

namespace injector {

class MemberReader {
 public:
  // Requires: `map` outlives the reader. Whatever is not a map makes every member missing.
  explicit MemberReader(const Value& map) : map_(map) {}

  // Each gives an empty value when the member is missing or of another kind.
  std::string Text(std::string_view name);
  Secret SecretText(std::string_view name);
  // Decoded; an empty text for what is not base64.
  std::string Base64(std::string_view name);
  std::uint64_t Count(std::string_view name);
  bool Flag(std::string_view name);
  const std::vector<Value>& List(std::string_view name);
  std::vector<std::string> TextList(std::string_view name);
  const Value& Map(std::string_view name);

  // Marks the map as wrong for a reason of the caller's.
  void Require(bool condition) { ok_ = ok_ && condition; }

  // Everything was there, of its kind, and nothing else is.
  bool ReadAll() const;

 private:
  const Value& Take(std::string_view name, Value::Kind kind);

  const Value& map_;
  std::size_t taken_ = 0;
  bool ok_ = true;
};

}  // namespace injector
