#include "injector/crypto/openssl.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <string>

namespace injector::openssl {
namespace {

// Without this the first fetch reads openssl.cnf: a file of the image we run in, which could load
// any provider from any path, and which costs more than all of our own start-up.
bool Initialise() {
  static const bool done =
      OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS,
                          nullptr) == 1;
  return done;
}

}  // namespace

EVP_CIPHER* Aes256Gcm() {
  static const Handle<EVP_CIPHER> cipher(
      Initialise() ? EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr) : nullptr);
  return cipher.get();
}

EVP_MAC* Hmac() {
  static const Handle<EVP_MAC> mac(Initialise() ? EVP_MAC_fetch(nullptr, "HMAC", nullptr)
                                                : nullptr);
  return mac.get();
}

EVP_KDF* Hkdf() {
  static const Handle<EVP_KDF> kdf(Initialise() ? EVP_KDF_fetch(nullptr, "HKDF", nullptr)
                                                : nullptr);
  return kdf.get();
}

EVP_KDF* ScryptKdf() {
  static const Handle<EVP_KDF> kdf(Initialise() ? EVP_KDF_fetch(nullptr, "SCRYPT", nullptr)
                                                : nullptr);
  return kdf.get();
}

Error Failure(std::string_view what) {
  ERR_clear_error();
  return {ErrorCode::kInternal, std::string(what) + ": libcrypto failed"};
}

}  // namespace injector::openssl
