#include "injector/base/percent.h"

#include "injector/base/ascii.h"
#include "injector/base/hex.h"

namespace injector {
namespace {

bool IsUnreserved(char c) {
  return IsAsciiAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

Secret PercentEncode(std::string_view bytes, std::string_view also_literal) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  SecretBuilder text;
  for (char c : bytes) {
    if (IsUnreserved(c) || also_literal.find(c) != std::string_view::npos) {
      text.Append(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text.Append('%');
    text.Append(kDigits[byte >> 4]);
    text.Append(kDigits[byte & 0xF]);
  }
  return std::move(text).Build();
}

std::optional<Secret> PercentDecode(std::string_view text) {
  SecretBuilder bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes.Append(text[i]);
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const std::optional<Secret> byte = HexDecode(text.substr(i + 1, 2));
    if (!byte) return std::nullopt;
    bytes.Append(byte->Reveal());
    i += 2;
  }
  return std::move(bytes).Build();
}

}  // namespace injector
