#pragma once
// HMAC-SHA256 (RFC 2104, FIPS 198-1).

#include <cstddef>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

inline constexpr std::size_t kHmacSize = 32;

// The 32-byte code. A Secret so that it is compared in constant time; write it out with Reveal().
Result<Secret> HmacSha256(const Secret& key, std::string_view message);

}  // namespace injector
