#pragma once
// What a program that makes new secrets has printed.

#include <string_view>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

// `current` with the config in `text`, one JSON object: the fields alone, or {"config": {…},
// "expiresAt": "…"}. It must have the fields that `current` has, no more and no fewer, valid for
// the type, and a secret must be new. kInvalidArgument tells no value, and no name that `current`
// does not have.
Result<Connection> ConnectionPrinted(const Connection& current, std::string_view text);

}  // namespace injector
