#pragma once
// The claims that every token must have (RFC 7519, section 4.1), and claims by name.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"

namespace injector::oidc {

using TimePoint = std::chrono::system_clock::time_point;

inline constexpr std::chrono::hours kLongestTokenLife{24};
inline constexpr std::chrono::seconds kDefaultClockSkew{30};

// Where a claim stands: a JSON pointer (RFC 6901) through objects, "/kubernetes.io/namespace".
class ClaimPointer {
 public:
  // nullopt for what is no pointer, and for the empty one, which means everything.
  static std::optional<ClaimPointer> Parse(std::string_view text);

  // nullptr when there is none.
  const Value* Find(const Value& claims) const;
  // The claim as text: a string as it is, a number or boolean as JSON writes it. nullopt when it is
  // not there, empty, or anything else.
  std::optional<std::string> Text(const Value& claims) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::string> steps_;
};

// For whom tokens must be, and how far clocks may be apart.
struct TokenExpectations {
  std::string issuer;
  std::vector<std::string> audiences;
  std::chrono::seconds clock_skew{kDefaultClockSkew};
};

// kUnauthenticated, saying which claim is wrong, unless the token is the issuer's (iss), for us and
// for nobody else (aud: whoever else it is for could use it here), is somebody's (sub: up to 1024
// bytes, no control characters), has begun (iat, and nbf if there is one), is not over (exp), and
// was never meant to live longer than 24 hours.
Status CheckClaims(const Value& claims, const TokenExpectations& expected, TimePoint now);

// The text of `sub`. Requires: CheckClaims().
std::string SubjectOf(const Value& claims);

}  // namespace injector::oidc
