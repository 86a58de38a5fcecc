#pragma once
// Letters and digits as formats and protocols mean them: ASCII only, whatever the locale.

#include <string>
#include <string_view>

namespace injector {

constexpr bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsAsciiUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsAsciiLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsAsciiAlnum(char c) {
  return IsAsciiDigit(c) || IsAsciiUpper(c) || IsAsciiLower(c);
}
// Space, \t, \n, \v, \f, \r.
constexpr bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
// C0 and DEL.
constexpr bool IsAsciiControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}
constexpr char ToAsciiLower(char c) { return IsAsciiUpper(c) ? static_cast<char>(c + 32) : c; }
constexpr char ToAsciiUpper(char c) { return IsAsciiLower(c) ? static_cast<char>(c - 32) : c; }

std::string ToAsciiLower(std::string_view text);
std::string ToAsciiUpper(std::string_view text);

bool HoldsAsciiControl(std::string_view text);

// `text` without leading and trailing white space.
std::string_view StripAsciiSpace(std::string_view text);

}  // namespace injector
