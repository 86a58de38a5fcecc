#pragma once
// Base16 (RFC 4648, section 8).

#include <optional>
#include <string>
#include <string_view>

#include "injector/base/secret.h"

namespace injector {

// Lower-case hex digits, two a byte.
std::string HexEncode(std::string_view bytes);

// The bytes that `text` spells, either case; nullopt for an odd length or any other character. A
// Secret because what is decoded here is mostly key material.
std::optional<Secret> HexDecode(std::string_view text);

}  // namespace injector
