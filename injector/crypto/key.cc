#include "injector/crypto/key.h"

#include <sys/stat.h>

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/file.h"
#include "injector/base/hex.h"
#include "injector/base/utf8.h"
#include "injector/crypto/hkdf.h"
#include "injector/crypto/random.h"

namespace injector {
namespace {

constexpr std::size_t kShortPassphrase = 16;
constexpr std::size_t kMaxKeyFileSize = 4096;
constexpr std::size_t kFingerprintBytes = 8;
constexpr std::string_view kFingerprintLabel = "injector key fingerprint v1";

std::string_view WithoutLineEnds(std::string_view text) {
  const std::size_t last = text.find_last_not_of("\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

std::optional<Secret> DecodeRawKey(std::string_view text) {
  std::optional<Secret> key =
      text.size() == 2 * KeyText::kRawKeySize ? HexDecode(text) : Base64Decode(text);
  if (key && key->size() != KeyText::kRawKeySize) key.reset();
  return key;
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsAsciiDigit(c) || (ToAsciiLower(c) >= 'a' && ToAsciiLower(c) <= 'f');
  });
}

bool IsBase64Text(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAsciiAlnum(c) || c == '+' || c == '/'; });
}

// What of a raw key `text` seems to be, spelt with a character too many or too few: nobody types
// that many hex digits as a passphrase, and copying loses a digit or the = at the end. Empty for
// anything else. Requires: `text` is no raw key.
std::string DamagedKey(std::string_view text) {
  constexpr std::size_t kHexDigits = 2 * KeyText::kRawKeySize;
  constexpr std::size_t kHexSlack = 8;
  constexpr std::size_t kBase64Size = 44;
  constexpr std::size_t kBase64Slack = 4;
  const std::string size = std::to_string(text.size());
  if (IsHex(text) && text.size() + kHexSlack >= kHexDigits &&
      text.size() <= kHexDigits + kHexSlack) {
    return size + " hex digits, where a raw key has 64";
  }
  const std::size_t padding = text.find('=');
  const bool is_padded = padding != std::string_view::npos && text.size() - padding <= 2 &&
                         text.ends_with('=') && IsBase64Text(text.substr(0, padding));
  const bool is_near =
      text.size() + kBase64Slack >= kBase64Size && text.size() <= kBase64Size + kBase64Slack;
  if (is_padded && is_near) {
    return size + " characters of base64 that are not 32 bytes, as a raw key is";
  }
  if (text.size() == kBase64Size - 1 && IsBase64Text(text)) {
    return "43 characters of base64, where a raw key has 44 with the = at the end";
  }
  return {};
}

bool OthersCanRead(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

// 32 random bytes are nearly never text.
bool IsBinaryKey(std::string_view text) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\r' && c != '\n';
  });
  return text.size() == KeyText::kRawKeySize && (has_control || !IsValidUtf8(text));
}

Error BinaryKey() {
  return Error(ErrorCode::kInvalidArgument, "the key looks like 32 raw bytes, not text")
      .WithHint("encode it: `xxd -p -c 64 FILE` writes the 64 hex digits of a raw key");
}

}  // namespace

Result<KeyText> KeyText::Parse(std::string_view text) {
  if (IsBinaryKey(text)) return BinaryKey();
  text = WithoutLineEnds(text);
  if (text.empty()) return Error(ErrorCode::kInvalidArgument, "the key is empty");
  KeyText key(Secret::CopyOf(text), DecodeRawKey(StripAsciiSpace(text)));
  if (key.raw_key_) return key;
  if (const std::string damage = DamagedKey(StripAsciiSpace(text)); !damage.empty()) {
    return Error(ErrorCode::kInvalidArgument, "the key is " + damage + ": cut short?")
        .WithHint("copy it whole; a passphrase is any other text, for example with blanks in it");
  }
  if (text.size() < kShortPassphrase) {
    key.warnings_.push_back("the passphrase is shorter than 16 bytes and may be guessed");
  }
  return key;
}

Result<KeyText> KeyText::ReadFile(const std::string& path) {
  ASSIGN_OR_RETURN(const Secret content, injector::ReadFile(path, kMaxKeyFileSize));
  Result<KeyText> key = Parse(content.Reveal());
  if (!key.ok()) return std::move(key).error().WithContext(path);
  if (OthersCanRead(path)) {
    key->warnings_.push_back("other users may read the key file " + path + ": chmod 600 " + path);
  }
  return key;
}

Result<KeyText> KeyText::Generate() {
  ASSIGN_OR_RETURN(Secret key, RandomBytes(kRawKeySize));
  Secret text = Secret::TakeFrom(HexEncode(key.Reveal()));
  return KeyText(std::move(text), std::move(key));
}

KeyText KeyText::Clone() const {
  KeyText copy(text_.Clone(), std::nullopt);
  if (raw_key_) copy.raw_key_ = raw_key_->Clone();
  copy.warnings_ = warnings_;
  return copy;
}

Result<std::string> KeyFingerprint(const Secret& key) {
  ASSIGN_OR_RETURN(const Secret digest, HkdfSha256(key, "", kFingerprintLabel, kFingerprintBytes));
  return HexEncode(digest.Reveal());
}

}  // namespace injector
