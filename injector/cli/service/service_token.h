#pragma once
// A new token as the `service` commands print it, once.

#include <string>

#include "injector/model/value.h"
#include "injector/service/tokens.h"

namespace injector {

// {"org", "id", "token", "role", "expiresAt"}
Value NewTokenToJson(const std::string& org, const NewToken& token);

}  // namespace injector
