#include "tests/support/signed_tokens.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

#include "injector/base/base64.h"
#include "injector/base/file.h"
#include "injector/crypto/rsa_signature.h"
#include "injector/model/json.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

constexpr std::size_t kFileLimit = 1 << 16;

struct Deleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
template <typename T>
using Owned = std::unique_ptr<T, Deleter>;

std::string_view IdOf(TestKey key) {
  switch (key) {
    case TestKey::kRsa1:
      return "rsa-1";
    case TestKey::kEc1:
      return "ec-1";
    case TestKey::kRsa2:
      return "rsa-2";
  }
  return "";
}

Secret ReadPem(TestKey key) {
  const char* name = key == TestKey::kRsa1  ? "rfc7515_a2.pem"
                     : key == TestKey::kEc1 ? "rfc7515_a3.pem"
                                            : "rfc7520_rsa.pem";
  return ReadFile(tests::SourceFile(std::string("support/data/") + name), kFileLimit).value();
}

// R and S as 32 bytes each (RFC 7518, section 3.4); OpenSSL makes DER of them.
std::string SignP256(const Secret& pem, std::string_view message) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.Reveal().data(), static_cast<int>(pem.size())));
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::string der(128, '\0');
  std::size_t size = der.size();
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  EVP_DigestSign(context.get(), out, &size, reinterpret_cast<const unsigned char*>(message.data()),
                 message.size());
  const unsigned char* at = out;
  const Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  std::string raw(64, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes + 32, 32);
  return raw;
}

}  // namespace

std::string Base64Url(std::string_view bytes) {
  const Secret padded = Base64Encode(bytes, Base64Alphabet::kUrl);
  const std::string_view text = padded.Reveal();
  return std::string(text.substr(0, text.find('=')));
}

std::string KeySetOf(const std::vector<TestKey>& keys) {
  const Secret file =
      ReadFile(tests::SourceFile("support/data/keys.jwks.json"), kFileLimit).value();
  const Value all = ParseJson(file.Reveal()).value();
  std::string set;
  for (const Value& jwk : all.Find("keys")->items()) {
    const std::string_view id = jwk.Find("kid")->string().Reveal();
    if (std::none_of(keys.begin(), keys.end(), [id](TestKey key) { return IdOf(key) == id; })) {
      continue;
    }
    set += (set.empty() ? "" : ",") + std::string(WriteJson(jwk).Reveal());
  }
  return R"({"keys":[)" + set + "]}";
}

std::string SignToken(std::string_view header, std::string_view claims, TestKey key) {
  const std::string input = Base64Url(header) + "." + Base64Url(claims);
  const Secret pem = ReadPem(key);
  const std::string signature = key == TestKey::kEc1
                                    ? SignP256(pem, input)
                                    : std::string(SignRsaSha256(pem, input).value().Reveal());
  return input + "." + Base64Url(signature);
}

std::string SignToken(std::string_view claims, TestKey key) {
  const std::string algorithm = key == TestKey::kEc1 ? "ES256" : "RS256";
  return SignToken(
      R"({"alg":")" + algorithm + R"(","kid":")" + std::string(IdOf(key)) + R"(","typ":"JWT"})",
      claims, key);
}

}  // namespace injector::testing
