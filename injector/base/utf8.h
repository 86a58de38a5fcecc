#pragma once
// UTF-8 (RFC 3629): shortest forms only, no surrogates, at most U+10FFFF.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace injector {

struct Utf8Char {
  std::uint32_t code_point;
  std::size_t length;  // bytes, 1 to 4
};

// The character that `text` begins with; nullopt when it does not begin with a whole, valid one.
std::optional<Utf8Char> DecodeUtf8(std::string_view text);

bool IsValidUtf8(std::string_view text);

}  // namespace injector
