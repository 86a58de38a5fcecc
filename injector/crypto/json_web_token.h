#pragma once
// JSON Web Tokens that we sign with somebody's private key (RFC 7519, RS256 of RFC 7518).

#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

// `claims`: a JSON object. kInvalidArgument for a key that is not one of RSA in PEM.
Result<Secret> SignedJsonWebToken(std::string_view claims, const Secret& private_key_pem);

}  // namespace injector
