#include "injector/crypto/sha256.h"

#include "injector/crypto/openssl.h"

namespace injector {

Result<std::string> Sha256(std::string_view message) {
  std::string digest(32, '\0');
  unsigned size = 0;
  const EVP_MD* const sha256 = openssl::Sha256();
  const bool done = sha256 != nullptr &&
                    EVP_Digest(message.data(), message.size(), openssl::MutableBytes(digest.data()),
                               &size, sha256, nullptr) == 1;
  if (!done || size != digest.size()) return openssl::Failure("SHA-256");
  return digest;
}

}  // namespace injector
