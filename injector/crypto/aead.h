#pragma once
// Authenticated encryption with associated data: AES-256-GCM (NIST SP 800-38D). What comes out of
// Open() is exactly what went into Seal() under the same key and the same associated data, or there
// is one error that says nothing more.
//
// Nonces are random, 96 bits, made inside: nobody outside this folder can choose or repeat one. One
// key should seal at most 2^32 messages.
//
// Thread rule: const methods may run at the same time.

#include <cstddef>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector {

class Aead {
 public:
  static constexpr std::size_t kKeySize = 32;
  static constexpr std::size_t kNonceSize = 12;
  static constexpr std::size_t kTagSize = 16;

  // kInvalidArgument for a key that is not 32 bytes long.
  static Result<Aead> Create(Secret key);

  // nonce (12 bytes) || ciphertext (as long as `plaintext`) || tag (16 bytes). `associated_data` is
  // not in there: whoever opens it must know it.
  Result<std::string> Seal(std::string_view plaintext, std::string_view associated_data) const;

  // kDataLoss, always with the same message, for whatever Seal() did not make from this key and
  // this associated data.
  Result<Secret> Open(std::string_view sealed, std::string_view associated_data) const;

 private:
  explicit Aead(Secret key) : key_(std::move(key)) {}
  Secret key_;
};

}  // namespace injector
