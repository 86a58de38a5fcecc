#pragma once
// Fields that are on or off.

#include <string_view>

#include "injector/inject/translation.h"

namespace injector {

// nullopt when the field is absent; kInvalidArgument when it is neither true nor false.
Result<std::optional<bool>> ReadFlag(const Translation& translation, std::string_view field);

}  // namespace injector
