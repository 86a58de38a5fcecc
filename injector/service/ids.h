#pragma once

#include <string>

#include "injector/base/result.h"

namespace injector {

// A random UUID (RFC 9562, version 4) in lower case.
Result<std::string> NewUuid();

}  // namespace injector
