#include "injector/base/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace injector {
namespace {

struct Row {
  const char* bytes;
  const char* text;
};

// RFC 4648, section 10.
constexpr Row kVectors[] = {{"", ""},
                            {"f", "Zg=="},
                            {"fo", "Zm8="},
                            {"foo", "Zm9v"},
                            {"foob", "Zm9vYg=="},
                            {"fooba", "Zm9vYmE="},
                            {"foobar", "Zm9vYmFy"}};

TEST(Base64, AgreesWithTheVectorsOfTheRfc) {
  for (const Row& row : kVectors) {
    EXPECT_EQ(Base64Encode(row.bytes).Reveal(), row.text);
    ASSERT_TRUE(Base64Decode(row.text)) << row.text;
    EXPECT_EQ(Base64Decode(row.text)->Reveal(), row.bytes);
  }
}

TEST(Base64, UrlAlphabetDiffersInTwoCharacters) {
  EXPECT_EQ(Base64Encode("\xFB\xFF\xFE").Reveal(), "+//+");
  EXPECT_EQ(Base64Encode("\xFB\xFF\xFE", Base64Alphabet::kUrl).Reveal(), "-__-");
}

TEST(Base64, EveryBytePairSurvivesTheRoundTrip) {
  for (int i = 0; i < 65536; ++i) {
    const std::string bytes = {static_cast<char>(i >> 8), static_cast<char>(i)};
    ASSERT_EQ(Base64Decode(Base64Encode(bytes).Reveal())->Reveal(), bytes);
  }
}

TEST(Base64, RefusesWhatNoEncoderWrites) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n",
                           "Zm 9", "Zm9-", "====", "A==="}) {
    EXPECT_FALSE(Base64Decode(text)) << text;
  }
}

}  // namespace
}  // namespace injector
