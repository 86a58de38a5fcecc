#pragma once
// How a server asks for a login: the WWW-Authenticate header (RFC 9110, section 11.6.1).

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace injector::doctor {

struct Challenge {
  std::string scheme;                                           // in lower case: "bearer"
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case

  // Empty when there is none.
  std::string Parameter(std::string_view name) const;
};

// The first challenge of a header. nullopt for what is none.
std::optional<Challenge> ParseChallenge(std::string_view header);

}  // namespace injector::doctor
