#pragma once
// Base64 and base64url (RFC 4648, sections 4 and 5).

#include <optional>
#include <string_view>

#include "injector/base/secret.h"

namespace injector {

enum class Base64Alphabet { kStandard, kUrl };

// With `=` padding. A Secret because most of what we encode is one.
Secret Base64Encode(std::string_view bytes, Base64Alphabet alphabet = Base64Alphabet::kStandard);

// Strict: the standard alphabet, padding required, no white space, unused bits zero. nullopt
// otherwise.
std::optional<Secret> Base64Decode(std::string_view text);

// Strict, as JSON Web Signature writes it (RFC 7515, section 2): the URL alphabet, no padding,
// unused bits zero. nullopt otherwise.
std::optional<Secret> Base64UrlDecode(std::string_view text);

}  // namespace injector
