#include "injector/crypto/scrypt.h"

#include <openssl/core_names.h>

#include <array>
#include <string>

#include "injector/crypto/openssl.h"

namespace injector {
namespace {

constexpr std::uint64_t kMaxMemory = 256ULL << 20;
constexpr std::uint64_t kMaxWork = 1ULL << 22;
constexpr std::size_t kMaxLength = 1024;

std::uint64_t BlockCount(const ScryptCost& cost) { return std::uint64_t{1} << cost.log2_n; }
std::uint64_t TableBytes(const ScryptCost& cost) { return 128 * BlockCount(cost) * cost.r; }

}  // namespace

Status CheckScryptCost(const ScryptCost& cost) {
  const bool each_in_range = cost.log2_n >= 1 && cost.log2_n <= 20 && cost.r >= 1 && cost.r <= 32 &&
                             cost.p >= 1 && cost.p <= 16;
  if (each_in_range && TableBytes(cost) <= kMaxMemory &&
      BlockCount(cost) * cost.r * cost.p <= kMaxWork) {
    return {};
  }
  return Error(ErrorCode::kInvalidArgument,
               "scrypt cost out of bounds: log2 N " + std::to_string(cost.log2_n) + ", r " +
                   std::to_string(cost.r) + ", p " + std::to_string(cost.p));
}

Result<Secret> Scrypt(const Secret& passphrase, std::string_view salt, const ScryptCost& cost,
                      std::size_t length) {
  RETURN_IF_ERROR(CheckScryptCost(cost));
  if (length == 0 || length > kMaxLength) {
    return Error(ErrorCode::kInvalidArgument,
                 "scrypt: expected a length of 1 to 1024 bytes, got " + std::to_string(length));
  }
  std::uint64_t n = BlockCount(cost);
  std::uint64_t r = cost.r;
  std::uint64_t p = cost.p;
  // libcrypto's own limit is 32 MiB and counts the lanes' blocks (128 * r * p) and a few hundred
  // bytes beside the table.
  std::uint64_t most_memory = TableBytes(cost) + 128 * r * p + (1ULL << 20);
  const std::array<OSSL_PARAM, 7> parameters = {
      openssl::Octets(OSSL_KDF_PARAM_PASSWORD, passphrase.Reveal()),
      openssl::Octets(OSSL_KDF_PARAM_SALT, salt),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &most_memory),
      OSSL_PARAM_construct_end()};
  const openssl::Handle<EVP_KDF_CTX> context(EVP_KDF_CTX_new(openssl::ScryptKdf()));
  Secret derived(length);
  const bool done = context && EVP_KDF_derive(context.get(),
                                              openssl::MutableBytes(derived.RevealMutable().data()),
                                              length, parameters.data()) == 1;
  if (!done) return openssl::Failure("scrypt");
  return derived;
}

}  // namespace injector
