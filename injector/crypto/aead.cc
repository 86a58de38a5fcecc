#include "injector/crypto/aead.h"

#include "injector/crypto/aes_gcm.h"
#include "injector/crypto/random.h"

namespace injector {

Result<Aead> Aead::Create(Secret key) {
  if (key.size() != kKeySize) {
    return Error(ErrorCode::kInvalidArgument,
                 "key: expected 32 bytes, got " + std::to_string(key.size()));
  }
  return Aead(std::move(key));
}

Result<std::string> Aead::Seal(std::string_view plaintext, std::string_view associated_data) const {
  ASSIGN_OR_RETURN(const Secret nonce, RandomBytes(kNonceSize));
  ASSIGN_OR_RETURN(const std::string sealed,
                   internal::AesGcmSeal(key_, nonce.Reveal(), plaintext, associated_data));
  return std::string(nonce.Reveal()) + sealed;
}

Result<Secret> Aead::Open(std::string_view sealed, std::string_view associated_data) const {
  if (sealed.size() < kNonceSize) return Error(ErrorCode::kDataLoss, "decryption failed");
  return internal::AesGcmOpen(key_, sealed.substr(0, kNonceSize), sealed.substr(kNonceSize),
                              associated_data);
}

}  // namespace injector
