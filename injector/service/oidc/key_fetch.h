#pragma once
// Getting an issuer's keys: OpenID Connect Discovery 1.0, section 4, then the JWK Set that its
// configuration names; or the set alone, by URL or from a file.

#include <functional>

#include "injector/base/result.h"
#include "injector/service/oidc/issuers_file.h"
#include "injector/service/oidc/signing_keys.h"

namespace injector::oidc {

using KeyFetch = std::function<Result<SigningKeys>(const KeySource&)>;

// Asks for the keys: over TLS, verified; redirects are not followed; blocking, at most 5 s for each
// of two requests. Every error is one that may pass.
Result<SigningKeys> FetchKeys(const KeySource& source);

}  // namespace injector::oidc
