#pragma once
// A token as its holder has it: "inj_" + 12 hex digits to find it by + "_" + 64 hex digits that
// are secret (256 random bits).

#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

struct TokenText {
  std::string prefix;
  Secret secret;

  static Result<TokenText> Generate();
  // nullopt for anything else.
  static std::optional<TokenText> Parse(std::string_view text);
  Secret ToText() const;
};

}  // namespace injector
