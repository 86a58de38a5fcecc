#pragma once
// The master keys of a service: the one that wraps now, and older ones that can still unwrap while
// a rotation is under way. A master key is never used itself: HKDF makes the wrapping key of it.
//
// Thread rule: const methods may run at the same time.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/crypto/aead.h"

namespace injector {

class MasterKey {
 public:
  // kInvalidArgument for a key that is not 32 bytes long.
  static Result<MasterKey> Create(const Secret& key);

  // KeyFingerprint() (key.h): what wrapped keys and error messages name it by.
  const std::string& id() const { return id_; }
  const Aead& wrapping() const { return wrapping_; }

 private:
  MasterKey(std::string id, Aead wrapping) : id_(std::move(id)), wrapping_(std::move(wrapping)) {}
  std::string id_;
  Aead wrapping_;
};

class KeyRing {
 public:
  explicit KeyRing(MasterKey active) { AddPrevious(std::move(active)); }
  // With `key` to unwrap what it has wrapped before.
  void AddPrevious(MasterKey key) {
    keys_.push_back(std::make_shared<const MasterKey>(std::move(key)));
  }
  // A ring with `key` as the active one and all of ours as previous ones.
  KeyRing WithActive(MasterKey key) const;

  const MasterKey& active() const { return *keys_.front(); }
  // nullptr when there is none of that id.
  const MasterKey* Find(std::string_view id) const;

 private:
  std::vector<std::shared_ptr<const MasterKey>> keys_;  // the active one first
};

}  // namespace injector
