#pragma once
// What every use of libcrypto in this folder needs: initialisation without its configuration file,
// algorithms fetched once, and handles that free themselves. Included by .cc files of crypto/ only.

#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <string_view>

#include "injector/base/error.h"

namespace injector::openssl {

struct Deleter {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};
template <typename T>
using Handle = std::unique_ptr<T, Deleter>;

// Each is fetched at its first use and lives as long as the process; nullptr when libcrypto does
// not have it. An explicit fetch costs as much as hundreds of short operations, hence the cache.
EVP_CIPHER* Aes256Gcm();
EVP_MAC* Hmac();
EVP_KDF* Hkdf();
EVP_MD* Sha256();
EVP_KDF* ScryptKdf();

inline const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* MutableBytes(char* data) { return reinterpret_cast<unsigned char*>(data); }

// A parameter of a key derivation. OSSL_PARAM takes a mutable pointer for what is only read, and a
// null one for "not given", which an empty text is not.
inline OSSL_PARAM Octets(const char* name, std::string_view bytes) {
  char* data = const_cast<char*>(bytes.empty() ? "" : bytes.data());
  return OSSL_PARAM_construct_octet_string(name, data, bytes.size());
}

// A call into libcrypto has failed that cannot fail because of its input. `what` names the
// algorithm. Empties libcrypto's error queue, so that nobody else finds our error there.
Error Failure(std::string_view what);

}  // namespace injector::openssl
