#pragma once
// The file that says whose tokens are taken, and for what: `service serve --oidc FILE`. Its format
// is in README.md.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/text_position.h"
#include "injector/service/oidc/claims.h"
#include "injector/service/oidc/rule.h"

namespace injector::oidc {

inline constexpr std::chrono::minutes kDefaultRefresh{10};
inline constexpr std::chrono::hours kDefaultStale{24};

// Where an issuer's keys are, and how long they are believed.
struct KeySource {
  std::string issuer;      // its URL: asked for its configuration when the two below are empty
  std::string keys_url;    // of the JWK Set
  std::string keys_file;   // the JWK Set itself
  std::string ca_file;     // PEM; empty: the system's authorities
  std::string token_file;  // a bearer token for the requests; empty: none
  std::chrono::seconds refresh{kDefaultRefresh};  // asked for again after so long
  std::chrono::seconds stale{kDefaultStale};      // not believed after so long without an answer

  bool operator==(const KeySource&) const = default;
};

// What is allowed, and yet may not be what was meant.
struct Warning {
  TextPosition position;
  std::string message;
};

struct Issuer {
  std::string name;
  KeySource keys;
  TokenExpectations expected;
  std::vector<Rule> rules;
  std::vector<Warning> warnings = {};
};

// kInvalidArgument, "FILE:LINE:COLUMN: …": what is not the format; a rule that checks no identity
// claim; two issuers of one name or URL; http:// elsewhere than on this machine.
Result<std::vector<Issuer>> ParseIssuers(std::string_view text, const std::string& name);
// The same of a file.
Result<std::vector<Issuer>> ReadIssuers(const std::string& path);

// "https://host[:port][/path]", or http:// for this machine alone.
bool IsIssuerUrl(std::string_view url);

}  // namespace injector::oidc
