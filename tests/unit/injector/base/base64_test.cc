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

TEST(Base64, UrlSpellingHasNoPadding) {
  for (const Row& row : kVectors) {
    const std::string_view text = row.text;
    const auto decoded = Base64UrlDecode(text.substr(0, text.find('=')));
    ASSERT_TRUE(decoded) << row.text;
    EXPECT_EQ(decoded->Reveal(), row.bytes);
  }
  EXPECT_EQ(Base64UrlDecode("-__-")->Reveal(), "\xFB\xFF\xFE");
  for (const char* refused : {"Z", "Zg==", "Zm8=", "+//+", "Zh", "Zm9", "Zg\n", "Zm9vY", "Z g"}) {
    EXPECT_FALSE(Base64UrlDecode(refused)) << refused;
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
