#include <gtest/gtest.h>

#include "injector/crypto/hkdf.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/random.h"
#include "injector/crypto/scrypt.h"
#include "tests/unit/injector/crypto/vector_file.h"

namespace injector {
namespace {

TEST(HkdfSha256, DerivesPublishedVectors) {
  const std::vector<Vector> vectors = ReadVectors("hkdf_sha256.txt");
  ASSERT_EQ(vectors.size(), 3U);
  for (const Vector& vector : vectors) {
    const Secret expected = vector.Bytes("OKM");
    const Result<Secret> derived = HkdfSha256(vector.Bytes("IKM"), vector.Bytes("Salt").Reveal(),
                                              vector.Bytes("Info").Reveal(), expected.size());
    ASSERT_TRUE(derived.ok()) << vector.Text("Name");
    EXPECT_TRUE(*derived == expected) << vector.Text("Name");
  }
}

TEST(HkdfSha256, TakesLengthsThatTheStandardAllows) {
  const Secret key = Secret::CopyOf("key");
  EXPECT_FALSE(HkdfSha256(key, "salt", "label", 0).ok());
  EXPECT_TRUE(HkdfSha256(key, "salt", "label", 1).ok());
  EXPECT_TRUE(HkdfSha256(key, "salt", "label", 255 * 32).ok());
  EXPECT_FALSE(HkdfSha256(key, "salt", "label", 255 * 32 + 1).ok());
}

TEST(HmacSha256, ComputesPublishedVectors) {
  const std::vector<Vector> vectors = ReadVectors("hmac_sha256.txt");
  ASSERT_EQ(vectors.size(), 6U);
  for (const Vector& vector : vectors) {
    const Result<Secret> code = HmacSha256(vector.Bytes("Key"), vector.Bytes("Msg").Reveal());
    ASSERT_TRUE(code.ok()) << vector.Text("Name");
    EXPECT_TRUE(*code == vector.Bytes("Mac")) << vector.Text("Name");
  }
}

TEST(HmacSha256, TakesAnEmptyKeyAndAnEmptyMessage) {
  // As `printf '' | openssl dgst -sha256 -hmac ''` prints it.
  EXPECT_EQ(HexEncode(HmacSha256(Secret(), "").value().Reveal()),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Scrypt, DerivesPublishedVectors) {
  const std::vector<Vector> vectors = ReadVectors("scrypt.txt");
  ASSERT_EQ(vectors.size(), 3U);
  for (const Vector& vector : vectors) {
    const ScryptCost cost = {
        .log2_n = vector.Number("Log2N"), .r = vector.Number("R"), .p = vector.Number("P")};
    const Secret expected = vector.Bytes("Key");
    const Result<Secret> derived =
        Scrypt(vector.Bytes("Passphrase"), vector.Bytes("Salt").Reveal(), cost, expected.size());
    ASSERT_TRUE(derived.ok()) << vector.Text("Name");
    EXPECT_TRUE(*derived == expected) << vector.Text("Name");
  }
}

TEST(Scrypt, RefusesCostsOutOfBounds) {
  struct Row {
    ScryptCost cost;
    bool allowed;
  };
  const Row rows[] = {
      {{.log2_n = 0, .r = 8, .p = 1}, false},
      {{.log2_n = 1, .r = 1, .p = 1}, true},
      {{.log2_n = 18, .r = 8, .p = 1}, true},
      {{.log2_n = 18, .r = 9, .p = 1}, false},
      {{.log2_n = 18, .r = 8, .p = 2}, true},
      {{.log2_n = 18, .r = 8, .p = 3}, false},
      {{.log2_n = 20, .r = 2, .p = 1}, true},
      {{.log2_n = 20, .r = 3, .p = 1}, false},
      {{.log2_n = 21, .r = 1, .p = 1}, false},
      {{.log2_n = 64, .r = 1, .p = 1}, false},
      {{.log2_n = 14, .r = 0, .p = 1}, false},
      {{.log2_n = 14, .r = 33, .p = 1}, false},
      {{.log2_n = 14, .r = 8, .p = 0}, false},
      {{.log2_n = 14, .r = 8, .p = 17}, false},
      {ScryptCost{}, true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(CheckScryptCost(row.cost).ok(), row.allowed)
        << row.cost.log2_n << ' ' << row.cost.r << ' ' << row.cost.p;
  }
  EXPECT_FALSE(Scrypt(Secret(), "", {.log2_n = 21, .r = 1, .p = 1}, 32).ok());
  EXPECT_FALSE(Scrypt(Secret(), "", {.log2_n = 1, .r = 1, .p = 1}, 0).ok());
}

// The default cost needs more memory than libcrypto allows by itself.
TEST(Scrypt, HasMemoryForItsDefaultCost) {
  EXPECT_TRUE(Scrypt(Secret::CopyOf("passphrase"), "salt", ScryptCost{}, 32).ok());
}

TEST(RandomBytes, GivesTheSizeAskedForAndNeverTheSameTwice) {
  for (const std::size_t size : {0U, 1U, 32U, 1'000U}) {
    EXPECT_EQ(RandomBytes(size).value().size(), size);
  }
  EXPECT_FALSE(RandomBytes(32).value() == RandomBytes(32).value());
}

}  // namespace
}  // namespace injector
