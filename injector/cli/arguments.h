#pragma once
// Names as they stand on the command line.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/model/reference.h"

namespace injector {

// NAME of a command that changes one connection: NAME or @TYPE.NAME. @TYPE alone is refused, as
// what it means changes with the store.
Result<Reference> ParseConnectionName(std::string_view text);

// KEY of a variable. kInvalidArgument does not repeat it: it may be a value in the wrong place.
Result<std::string> ParseVariableKey(std::string_view text);

}  // namespace injector
