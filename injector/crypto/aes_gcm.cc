#include "injector/crypto/aes_gcm.h"

#include <limits>

#include "injector/crypto/aead.h"
#include "injector/crypto/openssl.h"

namespace injector::internal {
namespace {

using openssl::Bytes;
using openssl::Handle;
using openssl::MutableBytes;

// libcrypto counts in int. Far below GCM's own limit of 2^36 - 32 bytes a message.
constexpr std::size_t kMaxLength = std::numeric_limits<int>::max() - Aead::kTagSize;

int Length(std::string_view bytes) { return static_cast<int>(bytes.size()); }

// One message, in one direction, through one context.
class Operation {
 public:
  enum class Direction { kOpen = 0, kSeal = 1 };

  Operation(const Secret& key, std::string_view nonce, Direction direction)
      : context_(EVP_CIPHER_CTX_new()) {
    ok_ = context_ && EVP_CipherInit_ex2(context_.get(), openssl::Aes256Gcm(), Bytes(key.Reveal()),
                                         Bytes(nonce), static_cast<int>(direction), nullptr) == 1;
  }

  bool Authenticate(std::string_view associated_data) {
    int ignored = 0;
    return ok_ = ok_ && EVP_CipherUpdate(context_.get(), nullptr, &ignored, Bytes(associated_data),
                                         Length(associated_data)) == 1;
  }

  // Requires: `out` has room for as many bytes as `in` has.
  bool Transform(std::string_view in, char* out) {
    // libcrypto takes a null output for associated data, so an empty message must not get there.
    if (in.empty()) return ok_;
    int wrote = 0;
    return ok_ = ok_ &&
                 EVP_CipherUpdate(context_.get(), MutableBytes(out), &wrote, Bytes(in),
                                  Length(in)) == 1 &&
                 wrote == Length(in);
  }

  // When opening: whether the tag set before fits.
  bool Finish() {
    unsigned char nothing = 0;
    int wrote = 0;
    return ok_ = ok_ && EVP_CipherFinal_ex(context_.get(), &nothing, &wrote) == 1;
  }

  bool Tag(int control, char* tag) {
    return ok_ = ok_ && EVP_CIPHER_CTX_ctrl(context_.get(), control,
                                            static_cast<int>(Aead::kTagSize), tag) == 1;
  }

 private:
  Handle<EVP_CIPHER_CTX> context_;
  bool ok_ = false;
};

}  // namespace

Result<std::string> AesGcmSeal(const Secret& key, std::string_view nonce,
                               std::string_view plaintext, std::string_view associated_data) {
  if (plaintext.size() > kMaxLength || associated_data.size() > kMaxLength) {
    return Error(ErrorCode::kInvalidArgument, "encrypt: the message is too long");
  }
  std::string sealed(plaintext.size() + Aead::kTagSize, '\0');
  Operation seal(key, nonce, Operation::Direction::kSeal);
  const bool done = seal.Authenticate(associated_data) &&
                    seal.Transform(plaintext, sealed.data()) && seal.Finish() &&
                    seal.Tag(EVP_CTRL_AEAD_GET_TAG, sealed.data() + plaintext.size());
  if (!done) return openssl::Failure("AES-256-GCM");
  return sealed;
}

Result<Secret> AesGcmOpen(const Secret& key, std::string_view nonce, std::string_view sealed,
                          std::string_view associated_data) {
  const Error not_authentic(ErrorCode::kDataLoss, "decryption failed");
  if (sealed.size() < Aead::kTagSize || sealed.size() > kMaxLength ||
      associated_data.size() > kMaxLength) {
    return not_authentic;
  }
  const std::string_view ciphertext = sealed.substr(0, sealed.size() - Aead::kTagSize);
  std::string tag(sealed.substr(ciphertext.size()));
  Secret plaintext(ciphertext.size());
  Operation open(key, nonce, Operation::Direction::kOpen);
  const bool authentic =
      open.Tag(EVP_CTRL_AEAD_SET_TAG, tag.data()) && open.Authenticate(associated_data) &&
      open.Transform(ciphertext, plaintext.RevealMutable().data()) && open.Finish();
  // The bytes decrypted so far are wiped with `plaintext`: unauthenticated text is shown to nobody.
  if (!authentic) {
    (void)openssl::Failure("AES-256-GCM");
    return not_authentic;
  }
  return plaintext;
}

}  // namespace injector::internal
