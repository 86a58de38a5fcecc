#include "injector/base/hex.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(Hex, EveryByteSurvivesTheRoundTrip) {
  for (int i = 0; i < 256; ++i) {
    const std::string byte(1, static_cast<char>(i));
    ASSERT_EQ(HexDecode(HexEncode(byte))->Reveal(), byte);
  }
}

TEST(Hex, WritesLowerCaseAndReadsEither) {
  EXPECT_EQ(HexEncode("\xAB\x01"), "ab01");
  EXPECT_EQ(HexDecode("aB01")->Reveal(), "\xAB\x01");
}

TEST(Hex, RefusesOddLengthsAndOtherCharacters) {
  for (const char* text : {"a", "abc", "0g", "0 ", "0x00", "-1"}) {
    EXPECT_FALSE(HexDecode(text)) << text;
  }
}

}  // namespace
}  // namespace injector
