#include "injector/crypto/aead.h"

#include <gtest/gtest.h>

#include <set>

#include "injector/crypto/aes_gcm.h"
#include "tests/unit/injector/crypto/vector_file.h"

namespace injector {
namespace {

constexpr std::string_view kPlaintext = "what must not be seen";
constexpr std::string_view kAssociatedData = "what it belongs to";

Aead MakeAead(char key_byte = 'k') {
  return Aead::Create(Secret::CopyOf(std::string(Aead::kKeySize, key_byte))).value();
}

std::string FlipBit(std::string_view bytes, std::size_t bit) {
  std::string flipped(bytes);
  flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
  return flipped;
}

// The one answer to everything that is not authentic.
void ExpectRefused(const Result<Secret>& opened) {
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kDataLoss);
  EXPECT_EQ(opened.error().message(), "decryption failed");
}

TEST(AesGcm, SealsAndOpensPublishedVectors) {
  const std::vector<Vector> vectors = ReadVectors("aes_256_gcm.txt");
  ASSERT_EQ(vectors.size(), 7U);
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.Text("Name"));
    const Secret sealed = HexDecode(vector.Text("CT") + vector.Text("Tag")).value();
    const Result<std::string> got_sealed =
        internal::AesGcmSeal(vector.Bytes("Key"), vector.Bytes("IV").Reveal(),
                             vector.Bytes("PT").Reveal(), vector.Bytes("AAD").Reveal());
    ASSERT_TRUE(got_sealed.ok());
    EXPECT_EQ(*got_sealed, sealed.Reveal());
    const Result<Secret> got_plaintext =
        internal::AesGcmOpen(vector.Bytes("Key"), vector.Bytes("IV").Reveal(), sealed.Reveal(),
                             vector.Bytes("AAD").Reveal());
    ASSERT_TRUE(got_plaintext.ok());
    EXPECT_TRUE(*got_plaintext == vector.Bytes("PT"));
  }
}

TEST(Aead, OpensWhatItSealed) {
  const Aead aead = MakeAead();
  for (const std::string& plaintext :
       {std::string(), std::string(1, '\0'), std::string(kPlaintext), std::string(100'000, 'x')}) {
    for (const std::string& associated_data : {std::string(), std::string(kAssociatedData)}) {
      const std::string sealed = aead.Seal(plaintext, associated_data).value();
      EXPECT_EQ(sealed.size(), Aead::kNonceSize + plaintext.size() + Aead::kTagSize);
      EXPECT_EQ(aead.Open(sealed, associated_data).value().Reveal(), plaintext);
    }
  }
}

TEST(Aead, RefusesEveryFlippedBitOfNonceCiphertextAndTag) {
  const Aead aead = MakeAead();
  const std::string sealed = aead.Seal(kPlaintext, kAssociatedData).value();
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    SCOPED_TRACE(bit);
    ExpectRefused(aead.Open(FlipBit(sealed, bit), kAssociatedData));
  }
}

TEST(Aead, RefusesEveryFlippedBitOfAssociatedData) {
  const Aead aead = MakeAead();
  const std::string sealed = aead.Seal(kPlaintext, kAssociatedData).value();
  for (std::size_t bit = 0; bit < kAssociatedData.size() * 8; ++bit) {
    SCOPED_TRACE(bit);
    ExpectRefused(aead.Open(sealed, FlipBit(kAssociatedData, bit)));
  }
}

TEST(Aead, RefusesEveryTruncation) {
  const Aead aead = MakeAead();
  const std::string sealed = aead.Seal(kPlaintext, kAssociatedData).value();
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    SCOPED_TRACE(length);
    ExpectRefused(aead.Open(sealed.substr(0, length), kAssociatedData));
    ExpectRefused(aead.Open(sealed.substr(sealed.size() - length), kAssociatedData));
  }
  for (std::size_t length = 0; length < kAssociatedData.size(); ++length) {
    ExpectRefused(aead.Open(sealed, kAssociatedData.substr(0, length)));
  }
}

TEST(Aead, RefusesAnotherKey) {
  ExpectRefused(MakeAead('b').Open(MakeAead('a').Seal(kPlaintext, "").value(), ""));
}

TEST(Aead, TakesKeysOf32BytesOnly) {
  for (std::size_t size = 0; size <= 64; ++size) {
    const Result<Aead> aead = Aead::Create(Secret(size));
    EXPECT_EQ(aead.ok(), size == Aead::kKeySize) << size;
    if (!aead.ok()) {
      EXPECT_EQ(aead.error().code(), ErrorCode::kInvalidArgument);
      EXPECT_EQ(aead.error().message(), "key: expected 32 bytes, got " + std::to_string(size));
    }
  }
}

TEST(Aead, NeverRepeatsANonce) {
  const Aead aead = MakeAead();
  std::set<std::string> nonces;
  for (int i = 0; i < 1'000; ++i) {
    nonces.insert(aead.Seal(kPlaintext, "").value().substr(0, Aead::kNonceSize));
  }
  EXPECT_EQ(nonces.size(), 1'000U);
}

}  // namespace
}  // namespace injector
