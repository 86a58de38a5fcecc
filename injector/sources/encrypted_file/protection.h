#pragma once
// How a store is to be protected: for a new one, and for StoreEditor::Rekey().

#include <optional>
#include <utility>

#include "injector/crypto/key.h"
#include "injector/crypto/scrypt.h"
#include "injector/sources/encrypted_file/store.h"

namespace injector {

class Protection {
 public:
  // Raw or passphrase, as the text is.
  static Protection WithKey(KeyText key) {
    Protection protection(key.raw_key() != nullptr ? StoreMode::kRaw : StoreMode::kPassphrase);
    protection.key_ = std::move(key);
    return protection;
  }
  // Only where the user asked for it by name: see StoreMode.
  static Protection Machine() { return Protection(StoreMode::kMachine); }
  static Protection Plaintext() { return Protection(StoreMode::kPlaintext); }

  // What guessing the passphrase is to cost, for machines with very little memory: at least log2 N
  // 14 and r 8.
  Protection WithScryptCost(ScryptCost cost) && {
    scrypt_cost_ = cost;
    return std::move(*this);
  }

  StoreMode mode() const { return mode_; }
  // nullptr in machine and plaintext mode.
  const KeyText* key() const { return key_ ? &*key_ : nullptr; }
  const ScryptCost& scrypt_cost() const { return scrypt_cost_; }

 private:
  explicit Protection(StoreMode mode) : mode_(mode) {}
  StoreMode mode_;
  std::optional<KeyText> key_;
  ScryptCost scrypt_cost_;
};

}  // namespace injector
