#pragma once
// SHA-256 (FIPS 180-4).

#include <string>
#include <string_view>

#include "injector/base/result.h"

namespace injector {

// The 32 bytes of the digest. Not for passwords: it is fast.
Result<std::string> Sha256(std::string_view message);

}  // namespace injector
