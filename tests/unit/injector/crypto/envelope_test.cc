#include "injector/crypto/envelope.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/hex.h"
#include "injector/crypto/length_prefixed.h"

namespace injector {
namespace {

constexpr std::string_view kMessage = R"({"password":"swordfish-0815"})";
constexpr std::string_view kContext = "connection 7, version 3";

MasterKey MakeMasterKey(char byte) {
  return MasterKey::Create(Secret::CopyOf(std::string(32, byte))).value();
}

Envelope Seal(const KeyRing& ring) { return SealEnvelope(ring, kMessage, kContext).value(); }

TEST(LengthPrefixed, TellsListsApart) {
  EXPECT_EQ(HexEncode(LengthPrefixed({"ab", ""})),
            "00000000000000026162"
            "0000000000000000");
  EXPECT_NE(LengthPrefixed({"ab", "c"}), LengthPrefixed({"a", "bc"}));
  EXPECT_NE(LengthPrefixed({"ab"}), LengthPrefixed({"ab", ""}));
}

TEST(MasterKey, RefusesOtherSizes) {
  for (std::size_t size : {0U, 16U, 31U, 33U}) {
    EXPECT_EQ(MasterKey::Create(Secret(size)).error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(Envelope, OpensWhatItSealed) {
  const KeyRing ring(MakeMasterKey('a'));
  const Envelope envelope = Seal(ring);
  EXPECT_EQ(envelope.key_id, ring.active().id());
  EXPECT_EQ(envelope.data_key_id.size(), 32U);
  EXPECT_EQ(envelope.wrapped_key.size(), 60U);
  EXPECT_EQ(OpenEnvelope(ring, envelope, kContext).value().Reveal(), kMessage);
}

TEST(Envelope, NeverRepeatsItself) {
  const KeyRing ring(MakeMasterKey('a'));
  const Envelope first = Seal(ring);
  const Envelope second = Seal(ring);
  EXPECT_NE(first.data_key_id, second.data_key_id);
  EXPECT_NE(first.wrapped_key, second.wrapped_key);
  EXPECT_NE(first.ciphertext, second.ciphertext);
}

TEST(Envelope, IsBoundToItsContext) {
  const KeyRing ring(MakeMasterKey('a'));
  EXPECT_EQ(OpenEnvelope(ring, Seal(ring), "connection 7, version 4").error().code(),
            ErrorCode::kDataLoss);
}

// Every part of one envelope in the place of the same part of another.
TEST(Envelope, RefusesPartsOfAnother) {
  const KeyRing ring(MakeMasterKey('a'));
  const Envelope other = Seal(ring);
  const std::vector<std::string Envelope::*> parts = {
      &Envelope::data_key_id, &Envelope::wrapped_key, &Envelope::ciphertext};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Envelope mixed = Seal(ring);
    mixed.*parts[i] = other.*parts[i];
    EXPECT_EQ(OpenEnvelope(ring, mixed, kContext).error().code(), ErrorCode::kDataLoss) << i;
  }
}

TEST(Envelope, RefusesEveryFlippedBit) {
  const KeyRing ring(MakeMasterKey('a'));
  const Envelope envelope = Seal(ring);
  for (std::string Envelope::*part : {&Envelope::wrapped_key, &Envelope::ciphertext}) {
    for (std::size_t bit = 0; bit < 8 * (envelope.*part).size(); ++bit) {
      Envelope flipped = envelope;
      char& byte = (flipped.*part)[bit / 8];
      byte = static_cast<char>(byte ^ (1 << (bit % 8)));
      EXPECT_FALSE(OpenEnvelope(ring, flipped, kContext).ok()) << bit;
    }
  }
}

TEST(Envelope, NamesTheMasterKeyThatIsMissing) {
  const KeyRing right(MakeMasterKey('a'));
  const KeyRing wrong(MakeMasterKey('b'));
  const Envelope envelope = Seal(right);
  for (const Error& error : {OpenEnvelope(wrong, envelope, kContext).error(),
                             RewrapEnvelope(wrong, envelope, kContext).error()}) {
    EXPECT_EQ(error.code(), ErrorCode::kFailedPrecondition);
    EXPECT_NE(error.message().find(right.active().id()), std::string::npos) << error.message();
  }
}

TEST(Envelope, RewrapsWithoutTouchingTheCiphertext) {
  const Envelope before = Seal(KeyRing(MakeMasterKey('a')));
  KeyRing both(MakeMasterKey('b'));
  both.AddPrevious(MakeMasterKey('a'));
  const Envelope after = RewrapEnvelope(both, before, kContext).value();
  EXPECT_EQ(after.ciphertext, before.ciphertext);
  EXPECT_EQ(after.data_key_id, before.data_key_id);
  const KeyRing only_new(MakeMasterKey('b'));
  EXPECT_EQ(OpenEnvelope(only_new, after, kContext).value().Reveal(), kMessage);
  EXPECT_EQ(OpenEnvelope(both, before, kContext).value().Reveal(), kMessage);
}

TEST(Envelope, DoesNotRewrapWhatIsDamaged) {
  KeyRing both(MakeMasterKey('b'));
  both.AddPrevious(MakeMasterKey('a'));
  const Envelope envelope = Seal(KeyRing(MakeMasterKey('a')));
  EXPECT_EQ(RewrapEnvelope(both, envelope, "another context").error().code(), ErrorCode::kDataLoss);
}

}  // namespace
}  // namespace injector
