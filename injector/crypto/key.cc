#include "injector/crypto/key.h"

#include <sys/stat.h>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/file.h"
#include "injector/base/hex.h"
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

bool OthersCanRead(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
         (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

}  // namespace

Result<KeyText> KeyText::Parse(std::string_view text) {
  text = WithoutLineEnds(text);
  if (text.empty()) return Error(ErrorCode::kInvalidArgument, "the key is empty");
  KeyText key(Secret::CopyOf(text), DecodeRawKey(StripAsciiSpace(text)));
  if (!key.raw_key_ && text.size() < kShortPassphrase) {
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
