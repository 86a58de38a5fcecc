#pragma once
// What is wrong, or looks wrong, with a connection, as data for `check`, `connections set` and the
// service.

#include <string>
#include <string_view>
#include <vector>

#include "injector/model/connection.h"

namespace injector {

struct Finding {
  enum class Severity { kError, kWarning };
  Severity severity;
  std::string field;    // path of the field; empty when the connection as a whole is meant
  std::string message;  // without the field's name, and never with its value
};

// Errors: what CheckConnection (connection_json.h) refuses, a required field that is missing or
// empty, two spellings of one field with different values, one half of a pair, a value that is not
// of its field's kind or none of its choices. Warnings: a type or field that the catalogue does not
// know (with the nearest name), and secretFields or noScrub that name no field.
std::vector<Finding> ValidateConnection(const Connection& connection);

// The known type, or field of `type`, that may have been meant (any spelling); empty when none is
// near.
std::string_view NearestType(std::string_view type);
std::string_view NearestField(std::string_view type, std::string_view field_name);

}  // namespace injector
