#pragma once
// HKDF-SHA256 (RFC 5869): independent keys from one key. Not for passphrases: it is fast
// (scrypt.h).

#include <cstddef>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

// `length` bytes, 1 to 8,160 (255 blocks), else kInvalidArgument. `info` is the label that keeps
// the keys of different uses apart.
Result<Secret> HkdfSha256(const Secret& key, std::string_view salt, std::string_view info,
                          std::size_t length);

}  // namespace injector
