#include "injector/crypto/key_ring.h"

#include <algorithm>

#include "injector/crypto/hkdf.h"
#include "injector/crypto/key.h"

namespace injector {
namespace {

constexpr std::string_view kWrappingLabel = "injector master key wrapping v1";

}  // namespace

Result<MasterKey> MasterKey::Create(const Secret& key) {
  if (key.size() != KeyText::kRawKeySize) {
    return Error(ErrorCode::kInvalidArgument,
                 "master key: expected 32 bytes, got " + std::to_string(key.size()));
  }
  ASSIGN_OR_RETURN(std::string id, KeyFingerprint(key));
  ASSIGN_OR_RETURN(Secret wrapping, HkdfSha256(key, "", kWrappingLabel, Aead::kKeySize));
  ASSIGN_OR_RETURN(Aead aead, Aead::Create(std::move(wrapping)));
  return MasterKey(std::move(id), std::move(aead));
}

const MasterKey* KeyRing::Find(std::string_view id) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(), [&](const auto& key) { return key->id() == id; });
  return found == keys_.end() ? nullptr : found->get();
}

KeyRing KeyRing::WithActive(MasterKey key) const {
  KeyRing ring(std::move(key));
  ring.keys_.insert(ring.keys_.end(), keys_.begin(), keys_.end());
  return ring;
}

}  // namespace injector
