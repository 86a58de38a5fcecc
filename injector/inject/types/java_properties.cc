#include "injector/inject/types/java_properties.h"

#include <cstdint>

#include "injector/base/ascii.h"
#include "injector/base/utf8.h"

namespace injector {
namespace {

void AppendUnit(SecretBuilder& text, std::uint32_t unit) {
  constexpr char kDigits[] = "0123456789abcdef";
  text.Append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) text.Append(kDigits[(unit >> shift) & 0xF]);
}

void AppendEscaped(SecretBuilder& text, std::uint32_t code_point) {
  if (code_point < 0x10000) return AppendUnit(text, code_point);
  // A surrogate pair (RFC 2781, section 2.1).
  const std::uint32_t rest = code_point - 0x10000;
  AppendUnit(text, 0xD800 + (rest >> 10));
  AppendUnit(text, 0xDC00 + (rest & 0x3FF));
}

}  // namespace

Secret JavaPropertyValue(std::string_view value) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  SecretBuilder text;
  bool leading = true;
  while (!value.empty()) {
    const Utf8Char next = DecodeUtf8(value).value_or(Utf8Char{kReplacement, 1});
    const char c = value.front();
    leading = leading && IsAsciiSpace(c);
    if (next.code_point >= 0x7F || next.code_point < 0x20) {
      AppendEscaped(text, next.code_point);
    } else {
      if (c == '\\' || leading) text.Append('\\');
      text.Append(c);
    }
    value.remove_prefix(next.length);
  }
  return std::move(text).Build();
}

}  // namespace injector
