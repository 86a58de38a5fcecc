#pragma once
// AES-256-GCM with the nonce in the caller's hand: for Aead (aead.h), which makes it random, and
// for the published test vectors. Not for anybody else: two messages under one key and nonce give
// away the key stream and the authentication key.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector::internal {

// ciphertext || tag (16 bytes). Requires: `key` has 32 bytes, `nonce` 12.
Result<std::string> AesGcmSeal(const Secret& key, std::string_view nonce,
                               std::string_view plaintext, std::string_view associated_data);

// The plaintext of `ciphertext || tag`; kDataLoss when it is not authentic. Requires: `key` has 32
// bytes, `nonce` 12.
Result<Secret> AesGcmOpen(const Secret& key, std::string_view nonce, std::string_view sealed,
                          std::string_view associated_data);

}  // namespace injector::internal
