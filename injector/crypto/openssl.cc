#include "injector/crypto/openssl.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <string>

namespace injector::openssl {
namespace {

// Must run before libcrypto initialises itself, which the first fetch would make it do:
// - NO_LOAD_CONFIG: openssl.cnf is a file of whatever image we run in, and may load any provider
//   from any path.
// - NO_ADD_ALL_…: its table of legacy names takes half a millisecond to fill, a quarter of what a
//   job's start may cost, and serves only look-ups by name. libssl adds the names that it needs.
// - NO_ATEXIT: tidying up at exit frees memory that goes anyway, piece by piece.
bool Initialise() {
  static const bool done =
      OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
                              OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS |
                              OPENSSL_INIT_NO_ATEXIT,
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
