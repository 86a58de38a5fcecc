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

TEST(KnownWordsTest, AreTheFirstOfTheVocabularyThatStandsThere) {
  constexpr std::string_view kVocabulary[] = {"NOAUTH", "AUTH", "no such host"};
  EXPECT_EQ(KnownWords("x NOAUTH y", kVocabulary), "NOAUTH");
  EXPECT_EQ(KnownWords("x AUTH no such host", kVocabulary), "AUTH");
  EXPECT_EQ(KnownWords("No such host", kVocabulary), "");
  EXPECT_EQ(KnownWords("", kVocabulary), "");
}

}  // namespace
}  // namespace injector::doctor
