#pragma once
// The public keys that an issuer signs with, as it publishes them: a JWK Set (RFC 7517, section 5).
// The key decides the algorithm, never the token. The only place that sees the JOSE library.

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/oidc/json_web_token.h"

namespace injector::oidc {

struct SigningKey {
  std::string id;  // kid
  Algorithm algorithm = Algorithm::kRs256;
  std::string jwk;                 // its public members alone, as JSON
  std::size_t signature_size = 0;  // bytes
};

class SigningKeys {
 public:
  // Takes RSA keys of 2048 to 8192 bits for RS256, and P-256 keys for ES256, with a `kid`. What is
  // not for signatures, for other algorithms, private, or named like another key is left out, as a
  // set may hold keys for other purposes. kDataLoss when nothing is left, or it is no JWK Set.
  static Result<SigningKeys> Parse(std::string_view json);

  // nullptr when there is none.
  const SigningKey* Find(std::string_view id) const;
  std::size_t size() const { return keys_.size(); }

 private:
  std::vector<SigningKey> keys_;
};

// Whether `key` has signed `token`, by the key's algorithm.
bool IsSignedBy(const JsonWebToken& token, const SigningKey& key);

}  // namespace injector::oidc
