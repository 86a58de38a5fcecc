#include "injector/doctor/mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/base/base64.h"
#include "injector/base/hex.h"
#include "injector/base/percent.h"
#include "tests/support/canary.h"
#include "tests/unit/injector/doctor/fake_network.h"

namespace injector::doctor {
namespace {

using testing::ConnectionOf;
using ::testing::IsEmpty;

constexpr const char* kPassword = "p&ss/w\"rd+%7f3a9c";

Connection Sample() {
  return ConnectionOf("mysql", R"({"host":"db","login":"u","password":"p&ss/w\"rd+%7f3a9c",
                                   "noScrub":["password"]})");
}

TEST(MaskTest, KnowsASecretInEveryFormThatAServerMayRepeat) {
  std::vector<std::string> forms = {kPassword, HexEncode(kPassword), R"(p&ss/w\"rd+%7f3a9c)",
                                    std::string(PercentEncode(kPassword).Reveal())};
  for (const char* before : {"", "u:", "xyz"}) {
    for (const Base64Alphabet alphabet : {Base64Alphabet::kStandard, Base64Alphabet::kUrl}) {
      forms.emplace_back(Base64Encode(before + std::string(kPassword), alphabet).Reveal());
    }
  }
  for (const std::string& form : forms) {
    const std::string masked = MaskSecrets("you sent " + form + ", which is wrong", Sample());
    EXPECT_THAT(injector::testing::ExposedForms(kPassword, masked), IsEmpty()) << masked;
    EXPECT_TRUE(masked.starts_with("you sent ")) << masked;
    EXPECT_TRUE(masked.ends_with(", which is wrong")) << masked;
  }
}

TEST(MaskTest, KnowsTheSecretsOfOthersByTheirLooks) {
  EXPECT_EQ(Quote("see mysql://a:b@h/x", Sample()), "\"see mysql://a:***@h/x\"");
}

TEST(MaskTest, QuotesOneShortLineOfPlainText) {
  EXPECT_EQ(Quote(" a\r\n\tb\x1b[31m\x07 ", Sample()), "\"a b?[31m?\"");
  EXPECT_EQ(Quote("", Sample()), "");
  EXPECT_EQ(Quote(" \n", Sample()), "");
  const std::string umlauts = [] {
    std::string text = "x";
    for (int i = 0; i < 150; ++i) text += "ä";
    return text;
  }();
  EXPECT_EQ(Quote(umlauts, Sample()), "\"" + umlauts.substr(0, 199) + "…\"");
}

TEST(MaskTest, SecretIsMaskedBeforeWordsAreCutShort) {
  const std::string words = std::string(190, 'x') + kPassword;
  EXPECT_EQ(Quote(words, Sample()), "\"" + std::string(190, 'x') + "***\"");
}

TEST(MaskTest, WordsWithAVeryShortSecretAreLeftOut) {
  const Connection connection = ConnectionOf("mysql", R"({"password":"q7"})");
  EXPECT_EQ(Quote("no q7 here", connection), "");
  EXPECT_EQ(Quote("no such thing", connection), "\"no such thing\"");
}

}  // namespace
}  // namespace injector::doctor
