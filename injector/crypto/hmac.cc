#include "injector/crypto/hmac.h"

#include <openssl/core_names.h>

#include <array>
#include <string>

#include "injector/crypto/openssl.h"

namespace injector {

Result<Secret> HmacSha256(const Secret& key, std::string_view message) {
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  // A null key would mean "the key set before"; an empty one is a key like any other.
  const std::string_view key_bytes = key.empty() ? std::string_view("") : key.Reveal();
  const openssl::Handle<EVP_MAC_CTX> context(EVP_MAC_CTX_new(openssl::Hmac()));
  Secret code(kHmacSize);
  std::size_t wrote = 0;
  const bool done =
      context &&
      EVP_MAC_init(context.get(), openssl::Bytes(key_bytes), key.size(), parameters.data()) == 1 &&
      EVP_MAC_update(context.get(), openssl::Bytes(message), message.size()) == 1 &&
      EVP_MAC_final(context.get(), openssl::MutableBytes(code.RevealMutable().data()), &wrote,
                    code.size()) == 1;
  if (!done || wrote != kHmacSize) return openssl::Failure("HMAC-SHA256");
  return code;
}

}  // namespace injector
