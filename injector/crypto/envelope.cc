#include "injector/crypto/envelope.h"

#include "injector/base/hex.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/crypto/random.h"

namespace injector {
namespace {

constexpr std::string_view kFormat = "injector.envelope";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kDataKeyIdSize = 16;

// The data key's id stands in both layers, the master key's in the wrapping alone: rewrapping must
// leave the ciphertext as it is.
std::string WrappingData(const Envelope& envelope, std::string_view context) {
  return LengthPrefixed(
      {kFormat, kVersion, "data key", envelope.key_id, envelope.data_key_id, context});
}

std::string MessageData(const Envelope& envelope, std::string_view context) {
  return LengthPrefixed({kFormat, kVersion, "message", envelope.data_key_id, context});
}

Result<Secret> UnwrapKey(const KeyRing& ring, const Envelope& envelope, std::string_view context) {
  const MasterKey* master = ring.Find(envelope.key_id);
  if (master == nullptr) {
    return Error(ErrorCode::kFailedPrecondition, "wrong key: needs the one with fingerprint " +
                                                     envelope.key_id + ", got " +
                                                     ring.active().id());
  }
  return master->wrapping().Open(envelope.wrapped_key, WrappingData(envelope, context));
}

}  // namespace

Result<Envelope> SealEnvelope(const KeyRing& ring, std::string_view plaintext,
                              std::string_view context) {
  ASSIGN_OR_RETURN(const Secret id, RandomBytes(kDataKeyIdSize));
  ASSIGN_OR_RETURN(Secret data_key, RandomBytes(Aead::kKeySize));
  Envelope envelope{.key_id = ring.active().id(),
                    .data_key_id = HexEncode(id.Reveal()),
                    .wrapped_key = {},
                    .ciphertext = {}};
  ASSIGN_OR_RETURN(envelope.wrapped_key, ring.active().wrapping().Seal(
                                             data_key.Reveal(), WrappingData(envelope, context)));
  ASSIGN_OR_RETURN(const Aead aead, Aead::Create(std::move(data_key)));
  ASSIGN_OR_RETURN(envelope.ciphertext, aead.Seal(plaintext, MessageData(envelope, context)));
  return envelope;
}

Result<Secret> OpenEnvelope(const KeyRing& ring, const Envelope& envelope,
                            std::string_view context) {
  ASSIGN_OR_RETURN(Secret data_key, UnwrapKey(ring, envelope, context));
  ASSIGN_OR_RETURN(const Aead aead, Aead::Create(std::move(data_key)));
  return aead.Open(envelope.ciphertext, MessageData(envelope, context));
}

Result<Envelope> RewrapEnvelope(const KeyRing& ring, const Envelope& envelope,
                                std::string_view context) {
  ASSIGN_OR_RETURN(const Secret data_key, UnwrapKey(ring, envelope, context));
  Envelope rewrapped = envelope;
  rewrapped.key_id = ring.active().id();
  ASSIGN_OR_RETURN(rewrapped.wrapped_key, ring.active().wrapping().Seal(
                                              data_key.Reveal(), WrappingData(rewrapped, context)));
  return rewrapped;
}

}  // namespace injector
