#include "injector/crypto/openssl.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <array>
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

// The first fetch of a cipher makes an object of each cipher that the provider has, some hundred
// and fifty, which takes as long as a fifth of a job's start. So ours is fetched where there is
// only one: from a provider in a library context of its own, which passes on one entry of the
// default provider's list and implements nothing (provider(7)).
constexpr char kLenderName[] = "injector-aes-256-gcm";

// As in the default provider: a cipher's names, with colons between.
bool IsAes256Gcm(const OSSL_ALGORITHM& algorithm) {
  return (std::string(algorithm.algorithm_names) + ":").find("AES-256-GCM:") != std::string::npos;
}

const OSSL_ALGORITHM* LentAlgorithms(void* /*context*/, int operation, int* no_store) {
  *no_store = 0;
  if (operation != OSSL_OP_CIPHER) return nullptr;
  static const std::array<OSSL_ALGORITHM, 2> lent = [] {
    std::array<OSSL_ALGORITHM, 2> list{};  // the second ends it
    int ignored = 0;
    OSSL_PROVIDER* owner = OSSL_PROVIDER_load(nullptr, "default");
    const OSSL_ALGORITHM* entry =
        owner == nullptr ? nullptr : OSSL_PROVIDER_query_operation(owner, OSSL_OP_CIPHER, &ignored);
    while (entry != nullptr && entry->algorithm_names != nullptr && !IsAes256Gcm(*entry)) ++entry;
    if (entry != nullptr && entry->algorithm_names != nullptr) list[0] = *entry;
    return list;
  }();
  return lent.data();
}

int StartLender(const OSSL_CORE_HANDLE* /*handle*/, const OSSL_DISPATCH* /*core*/,
                const OSSL_DISPATCH** functions, void** context) {
  static const std::array<OSSL_DISPATCH, 2> kFunctions = {
      OSSL_DISPATCH{OSSL_FUNC_PROVIDER_QUERY_OPERATION,
                    reinterpret_cast<void (*)()>(&LentAlgorithms)},
      OSSL_DISPATCH{0, nullptr}};
  OSSL_PROVIDER* owner = OSSL_PROVIDER_load(nullptr, "default");
  if (owner == nullptr) return 0;
  *functions = kFunctions.data();
  // What the lent functions are called with has to be their owner's.
  *context = OSSL_PROVIDER_get0_provider_ctx(owner);
  return 1;
}

EVP_CIPHER* FetchAes256Gcm() {
  if (!Initialise()) return nullptr;
  // Never given back: the cipher lives as long as the process, and needs it.
  static OSSL_LIB_CTX* const context = OSSL_LIB_CTX_new();
  const bool lends = context != nullptr &&
                     OSSL_PROVIDER_add_builtin(context, kLenderName, &StartLender) == 1 &&
                     OSSL_PROVIDER_load(context, kLenderName) != nullptr;
  return EVP_CIPHER_fetch(lends ? context : nullptr, "AES-256-GCM", nullptr);
}

}  // namespace

EVP_CIPHER* Aes256Gcm() {
  static const Handle<EVP_CIPHER> cipher(FetchAes256Gcm());
  return cipher.get();
}

EVP_MAC* Hmac() {
  static const Handle<EVP_MAC> mac(Initialise() ? EVP_MAC_fetch(nullptr, "HMAC", nullptr)
                                                : nullptr);
  return mac.get();
}

EVP_MD* Sha256() {
  static const Handle<EVP_MD> digest(Initialise() ? EVP_MD_fetch(nullptr, "SHA256", nullptr)
                                                  : nullptr);
  return digest.get();
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
