#include "injector/base/percent.h"

#include <gtest/gtest.h>

#include <string>

namespace injector {
namespace {

TEST(Percent, LeavesOnlyUnreservedAndNamedCharacters) {
  EXPECT_EQ(PercentEncode("aZ9-._~ /:@\xC3\xA4").Reveal(), "aZ9-._~%20%2F%3A%40%C3%A4");
  EXPECT_EQ(PercentEncode("a/b c", "/").Reveal(), "a/b%20c");
}

TEST(Percent, EveryByteSurvivesTheRoundTrip) {
  for (int i = 0; i < 256; ++i) {
    const std::string byte(1, static_cast<char>(i));
    ASSERT_EQ(PercentDecode(PercentEncode(byte).Reveal())->Reveal(), byte);
  }
}

TEST(Percent, DecodesEitherCaseAndKeepsPlus) {
  EXPECT_EQ(PercentDecode("%2f%2F+")->Reveal(), "//+");
}

TEST(Percent, RefusesUnfinishedEscapes) {
  for (const char* text : {"%", "%2", "%zz", "a%2"}) EXPECT_FALSE(PercentDecode(text)) << text;
}

}  // namespace
}  // namespace injector
