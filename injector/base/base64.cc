#include "injector/base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace injector {
namespace {

constexpr std::string_view kStandardDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> MakeDecodeTable() {
  std::array<std::int8_t, 256> table{};
  for (auto& entry : table) entry = -1;
  for (std::size_t i = 0; i < kStandardDigits.size(); ++i) {
    table[static_cast<unsigned char>(kStandardDigits[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}

// The value of 1 to 3 bytes, left-aligned in 24 bits.
std::uint32_t LoadGroup(std::string_view group) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const unsigned char byte = i < group.size() ? static_cast<unsigned char>(group[i]) : 0;
    bits = bits << 8 | byte;
  }
  return bits;
}

}  // namespace

Secret Base64Encode(std::string_view bytes, Base64Alphabet alphabet) {
  const std::string_view digits =
      alphabet == Base64Alphabet::kStandard ? kStandardDigits : kUrlDigits;
  Secret text((bytes.size() + 2) / 3 * 4);
  const std::span<char> out = text.RevealMutable();
  for (std::size_t in = 0, at = 0; in < bytes.size(); in += 3, at += 4) {
    const std::string_view group = bytes.substr(in, 3);
    const std::uint32_t bits = LoadGroup(group);
    for (std::size_t k = 0; k < 4; ++k) {
      out[at + k] = k <= group.size() ? digits[bits >> (18 - 6 * k) & 0x3F] : '=';
    }
  }
  return text;
}

std::optional<Secret> Base64Decode(std::string_view text) {
  static constexpr std::array<std::int8_t, 256> kValues = MakeDecodeTable();
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;

  Secret bytes(text.size() / 4 * 3 - padding);
  const std::span<char> out = bytes.RevealMutable();
  for (std::size_t in = 0, at = 0; in < text.size(); in += 4) {
    const bool last = in + 4 == text.size();
    const std::size_t digits = last ? 4 - padding : 4;
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const int value = k < digits ? kValues[static_cast<unsigned char>(text[in + k])] : 0;
      if (value < 0) return std::nullopt;
      bits = bits << 6 | static_cast<std::uint32_t>(value);
    }
    for (std::size_t k = 0; k + 1 < digits; ++k) {
      out[at++] = static_cast<char>(bits >> (16 - 8 * k) & 0xFF);
    }
    // Bits that encode no byte must be zero, or two texts would spell the same bytes.
    const std::uint32_t unused = digits == 4 ? 0 : digits == 3 ? 0xFF : 0xFFFF;
    if ((bits & unused) != 0) return std::nullopt;
  }
  return bytes;
}

std::optional<Secret> Base64UrlDecode(std::string_view text) {
  if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
  constexpr std::string_view kPadding = "==";
  // A lone last digit encodes no byte: two paddings leave it one short, which is refused below.
  const std::size_t missing = std::min(kPadding.size(), (4 - text.size() % 4) % 4);
  Secret standard = Secret::Concat({text, kPadding.substr(0, missing)});
  for (char& c : standard.RevealMutable()) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  return Base64Decode(standard.Reveal());
}

}  // namespace injector
