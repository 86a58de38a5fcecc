#pragma once
// Keys as people hold them: a line of text in a variable or a file.
//
// 64 hex digits, or base64 (standard alphabet, padded) of exactly 32 bytes, spell a raw key; ASCII
// white space around them does not count. What looks like either with a few characters too many or
// too few (56 to 72 hex digits, base64 without its =) is refused: it would otherwise become a
// passphrase that nobody meant. Any other text is a passphrase, to which every blank
// belongs, the first and the last too; only line ends after it do not count. What is protected with
// the key decides in the end: where a passphrase is due, text that looks like a raw key serves as
// the passphrase it also is.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

class KeyText {
 public:
  static constexpr std::size_t kRawKeySize = 32;

  // Line ends after the text do not count. kInvalidArgument when nothing is left, and for a raw key
  // that was copied badly.
  static Result<KeyText> Parse(std::string_view text);
  // The key in the file at `path`; errors name the path. Warns of a file that others can read.
  static Result<KeyText> ReadFile(const std::string& path);
  // A new raw key from the kernel's generator.
  static Result<KeyText> Generate();

  // The 32 bytes; nullptr for a passphrase.
  const Secret* raw_key() const { return raw_key_ ? &*raw_key_ : nullptr; }
  // The text itself, as a passphrase takes it. For a generated key: its 64 hex digits.
  const Secret& text() const { return text_; }

  // What should be said to whoever brought this key (a passphrase under 16 bytes, a readable file).
  // Empty for a raw key in a private file.
  const std::vector<std::string>& warnings() const { return warnings_; }

  KeyText Clone() const;

 private:
  KeyText(Secret text, std::optional<Secret> raw_key)
      : text_(std::move(text)), raw_key_(std::move(raw_key)) {}
  Secret text_;
  std::optional<Secret> raw_key_;
  std::vector<std::string> warnings_;
};

// Names a 32-byte key without giving it away: 16 hex digits, the first 8 bytes of
// HKDF-SHA256(key, no salt, "injector key fingerprint v1"). A passphrase has none; the key that
// scrypt makes of it, with the salt of one file, does.
Result<std::string> KeyFingerprint(const Secret& key);

}  // namespace injector
