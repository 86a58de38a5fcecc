#pragma once
// JSON Web Tokens that we sign with a private key of the connection (RFC 7519, RS256 of RFC 7518).

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/value.h"

namespace injector::doctor {

// kInvalidArgument for a key that is not one of RSA in PEM.
Result<Secret> SignedJsonWebToken(const Value& claims, const Secret& private_key_pem);

}  // namespace injector::doctor
