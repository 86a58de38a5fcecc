#pragma once
// Percent-encoding (RFC 3986, section 2.1).

#include <optional>
#include <string>
#include <string_view>

#include "injector/base/secret.h"

namespace injector {

// Encodes every byte that is neither unreserved (A-Z a-z 0-9 - . _ ~) nor in `also_literal`, with
// upper-case hex digits. A Secret because URLs carry passwords.
Secret PercentEncode(std::string_view bytes, std::string_view also_literal = "");

// Decodes %XX, either case. nullopt where a % is not followed by two hex digits.
std::optional<Secret> PercentDecode(std::string_view text);

}  // namespace injector
