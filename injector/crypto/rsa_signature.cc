#include "injector/crypto/rsa_signature.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>

#include "injector/crypto/openssl.h"
#include "injector/crypto/sha256.h"

namespace injector {
namespace {

struct KeyDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, KeyDeleter>;

// OpenSSL would ask for a passphrase at the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

Owned<EVP_PKEY> ReadRsaKey(const Secret& pem) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.Reveal().data(), static_cast<int>(pem.size())));
  if (!bio) return nullptr;
  Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassphrase, nullptr));
  if (key && EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return nullptr;
  return key;
}

}  // namespace

Result<Secret> SignRsaSha256(const Secret& private_key_pem, std::string_view message) {
  const EVP_MD* digest = openssl::Sha256();
  const Owned<EVP_PKEY> key = ReadRsaKey(private_key_pem);
  if (!key) {
    ERR_clear_error();
    return Error(ErrorCode::kInvalidArgument, "private key: is not an RSA key in PEM");
  }
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  Secret signature(size);
  const bool done =
      context && digest != nullptr &&
      EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), openssl::MutableBytes(signature.RevealMutable().data()), &size,
                     openssl::Bytes(message), message.size()) == 1;
  if (!done || size != signature.size()) return openssl::Failure("RSA signature");
  return signature;
}

}  // namespace injector
