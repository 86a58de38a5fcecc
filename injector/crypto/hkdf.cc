#include "injector/crypto/hkdf.h"

#include <openssl/core_names.h>

#include <array>
#include <string>

#include "injector/crypto/hmac.h"
#include "injector/crypto/openssl.h"

namespace injector {
namespace {

constexpr std::size_t kMaxLength = 255 * kHmacSize;

}  // namespace

Result<Secret> HkdfSha256(const Secret& key, std::string_view salt, std::string_view info,
                          std::size_t length) {
  if (length == 0 || length > kMaxLength) {
    return Error(ErrorCode::kInvalidArgument,
                 "HKDF: expected a length of 1 to 8160 bytes, got " + std::to_string(length));
  }
  std::string digest = "SHA256";
  // No salt is the same as a block of zeros (RFC 5869, 2.2), which libcrypto makes itself; it
  // refuses an empty one.
  std::array<OSSL_PARAM, 5> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      openssl::Octets(OSSL_KDF_PARAM_KEY, key.Reveal()), openssl::Octets(OSSL_KDF_PARAM_INFO, info),
      salt.empty() ? OSSL_PARAM_construct_end() : openssl::Octets(OSSL_KDF_PARAM_SALT, salt),
      OSSL_PARAM_construct_end()};
  const openssl::Handle<EVP_KDF_CTX> context(EVP_KDF_CTX_new(openssl::Hkdf()));
  Secret derived(length);
  const bool done = context && EVP_KDF_derive(context.get(),
                                              openssl::MutableBytes(derived.RevealMutable().data()),
                                              length, parameters.data()) == 1;
  if (!done) return openssl::Failure("HKDF-SHA256");
  return derived;
}

}  // namespace injector
