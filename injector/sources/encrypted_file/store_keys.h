#pragma once
// The keys of one file. A master key (what the user brought, or what scrypt or the machine make of
// it) is never used itself: HKDF with the file's salt makes one key for the entries and one for the
// MAC, so that the same master key in two files shares nothing.

#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/crypto/aead.h"
#include "injector/sources/encrypted_file/document.h"
#include "injector/sources/encrypted_file/protection.h"

namespace injector {

class StoreKeys {
 public:
  // The keys of a file with this key section; `key` as in Store::Open(), and so are the errors.
  static Result<StoreKeys> Unlock(const KeySection& section, const KeyText* key);

  // Encrypts, or leaves open in plaintext mode.
  Result<EntryBody> Seal(Value body, std::string_view associated_data) const;
  // kDataLoss for what Seal() did not make from this associated data.
  Result<Value> Open(const EntryBody& body, std::string_view associated_data) const;
  // Over the text of the file. In plaintext mode its key is known to everybody: a checksum.
  Result<Secret> Mac(std::string_view text) const;

 private:
  friend Result<struct NewKeys> MakeKeys(const Protection& protection);
  static Result<StoreKeys> Derive(const KeySection& section, const Secret& master);
  StoreKeys(StoreMode mode, Aead aead, Secret mac_key)
      : mode_(mode), aead_(std::move(aead)), mac_key_(std::move(mac_key)) {}
  StoreMode mode_;
  Aead aead_;
  Secret mac_key_;
};

struct NewKeys {
  KeySection section;
  StoreKeys keys;
};

// A key section with a fresh salt for what `protection` asks, and its keys.
Result<NewKeys> MakeKeys(const Protection& protection);

// What an entry's ciphertext is bound to, each field with its length in front: format, format
// version, kind, type, alias, default flag, entry version.
std::string AssociatedData(const ConnectionSummary& summary);
std::string AssociatedData(const VariableSummary& summary);

}  // namespace injector
