#pragma once
// A JSON Web Token (RFC 7519) as the CI systems and Kubernetes write it: JWS compact serialization
// (RFC 7515, section 7.1), read strictly. What a parser could read in two ways is refused: other
// spellings of base64url, members named twice, more than three parts (RFC 8725, section 3).
//
// Trust: everything here is a stranger's until its signature is verified (signing_keys.h).

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/model/value.h"

namespace injector::oidc {

// The algorithms that there are (RFC 7518, section 3.1). Symmetric ones and "none" are not among
// them.
enum class Algorithm { kRs256, kEs256 };

inline constexpr std::size_t kLongestToken = std::size_t{8} << 10;  // bytes

struct JsonWebToken {
  std::string text;     // all of it
  Algorithm algorithm;  // that the header claims
  std::string key_id;
  Value claims;                    // a map
  std::size_t signature_size = 0;  // bytes

  // kUnauthenticated, saying what is wrong and nothing of the token. Refused beside what cannot be
  // read: headers that bring a key along or name a place to fetch one (jku, x5u, jwk, x5c), that
  // change how the rest is to be read (crit, b64, zip, enc, cty), another `typ` than JWT, no `kid`.
  static Result<JsonWebToken> Parse(std::string_view text);
};

// Whether `text` has the shape of a token: three parts. For telling them from the service's own.
bool LooksLikeJsonWebToken(std::string_view text);

// What every refusal of a token is.
Error Refused(std::string_view why);

}  // namespace injector::oidc
