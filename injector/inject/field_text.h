#pragma once
// A connection's fields as the text that variables and files carry.

#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"

namespace injector {

struct FieldText {
  std::string field;  // the name it was asked for by; in derived texts the field they give away
  Secret text;
  // The field is secret, or something inside its value is: a member of a map, a URL's password.
  bool secret = false;

  FieldText Clone() const { return {field, text.Clone(), secret}; }
};

// The text of the field that `name` (any spelling) means; nullopt when it is absent, null or empty.
// kConflict when two spellings contradict each other.
Result<std::optional<FieldText>> ReadField(const Connection& connection, std::string_view name);

// The text of `value`, which stands in `connection` at `path`.
FieldText TextOf(const Connection& connection, std::string_view path, const Value& value);

}  // namespace injector
