#pragma once
// Envelope encryption: each message has a data key of its own, and the master key wraps that. So a
// master key is replaced by wrapping the small data keys again, without touching a ciphertext.
// ENVELOPE.md, beside this file, describes the bytes.
//
// Both layers are bound to what the caller says the message belongs to (`context`) and to the ids
// of their keys: an envelope does not open in another row's place, nor with half of another one.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/crypto/key_ring.h"

namespace injector {

struct Envelope {
  std::string key_id;       // of the master key
  std::string data_key_id;  // 32 hex digits, random
  std::string wrapped_key;  // nonce || wrapped data key || tag: 60 bytes
  std::string ciphertext;   // nonce || ciphertext || tag
};

// Under a new data key, wrapped by the ring's active key. `context` is for LengthPrefixed() to
// build, and must be told again when opening.
Result<Envelope> SealEnvelope(const KeyRing& ring, std::string_view plaintext,
                              std::string_view context);

// kFailedPrecondition, naming the fingerprint needed, when the ring lacks the master key; kDataLoss
// for what SealEnvelope() did not make with this context.
Result<Secret> OpenEnvelope(const KeyRing& ring, const Envelope& envelope,
                            std::string_view context);

// The same message with its data key wrapped by the ring's active key. Errors as OpenEnvelope(),
// though the ciphertext is not looked at.
Result<Envelope> RewrapEnvelope(const KeyRing& ring, const Envelope& envelope,
                                std::string_view context);

}  // namespace injector
