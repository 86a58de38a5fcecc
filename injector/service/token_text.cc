#include "injector/service/token_text.h"

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/base/hex.h"
#include "injector/crypto/random.h"

namespace injector {
namespace {

constexpr std::string_view kMark = "inj_";
constexpr std::size_t kPrefixBytes = 6;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kTextSize = kMark.size() + 2 * kPrefixBytes + 1 + 2 * kSecretBytes;

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAsciiDigit(c) || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Result<TokenText> TokenText::Generate() {
  ASSIGN_OR_RETURN(const Secret prefix, RandomBytes(kPrefixBytes));
  ASSIGN_OR_RETURN(const Secret secret, RandomBytes(kSecretBytes));
  return TokenText{.prefix = HexEncode(prefix.Reveal()),
                   .secret = Secret::TakeFrom(HexEncode(secret.Reveal()))};
}

std::optional<TokenText> TokenText::Parse(std::string_view text) {
  if (text.size() != kTextSize || !text.starts_with(kMark)) return std::nullopt;
  const std::string_view prefix = text.substr(kMark.size(), 2 * kPrefixBytes);
  const std::string_view secret = text.substr(kTextSize - 2 * kSecretBytes);
  const bool separated = text[kMark.size() + prefix.size()] == '_';
  if (!separated || !IsLowerHex(prefix) || !IsLowerHex(secret)) return std::nullopt;
  return TokenText{.prefix = std::string(prefix), .secret = Secret::CopyOf(secret)};
}

Secret TokenText::ToText() const { return Secret::Concat({kMark, prefix, "_", secret.Reveal()}); }

}  // namespace injector
