#pragma once
// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2), which JSON Web Tokens call RS256.

#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

// kInvalidArgument for a key that is not an RSA private key in PEM without passphrase.
Result<Secret> SignRsaSha256(const Secret& private_key_pem, std::string_view message);

}  // namespace injector
