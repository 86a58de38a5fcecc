#include "injector/base/variable_name.h"

#include <gtest/gtest.h>

#include <string>

namespace injector {
namespace {

TEST(VariableNameTest, TakesExactlyTheBytesThatEveryShellTakes) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string c(1, static_cast<char>(byte));
    const bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_';
    const bool digit = byte >= '0' && byte <= '9';
    EXPECT_EQ(IsVariableName(c), letter) << byte;
    EXPECT_EQ(IsVariableName("A" + c), letter || digit) << byte;
  }
  EXPECT_FALSE(IsVariableName(""));
}

TEST(VariableNameTest, NamePartFoldsEverythingElseToUnderscores) {
  EXPECT_EQ(VariableNamePart("api-v2.prod_1"), "API_V2_PROD_1");
  EXPECT_EQ(VariableNamePart("\xC3\xA9"), "__");
}

struct GlobRow {
  const char* pattern;
  const char* name;
  bool matches;
};

class GlobTest : public ::testing::TestWithParam<GlobRow> {};

TEST_P(GlobTest, Matches) {
  EXPECT_EQ(GlobMatches(GetParam().pattern, GetParam().name), GetParam().matches)
      << GetParam().pattern << " " << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, GlobTest,
    ::testing::Values(GlobRow{"PATH", "PATH", true}, GlobRow{"PATH", "CDPATH", false},
                      GlobRow{"PATH", "PATHS", false}, GlobRow{"LD_*", "LD_PRELOAD", true},
                      GlobRow{"LD_*", "LD_", true}, GlobRow{"LD_*", "OLD_X", false},
                      GlobRow{"*_KEY", "API_KEY", true}, GlobRow{"*_KEY", "API_KEY_KEY", true},
                      GlobRow{"*_KEY", "API_KEYS", false}, GlobRow{"*TOKEN*", "A_TOKEN_B", true},
                      GlobRow{"*TOKEN*", "TOKE", false}, GlobRow{"*a*b*", "xaxxbx", true},
                      GlobRow{"*a*b*", "xbxxax", false}, GlobRow{"A?C", "ABC", true},
                      GlobRow{"A?C", "AC", false}, GlobRow{"*", "", true}, GlobRow{"", "", true},
                      GlobRow{"", "A", false}, GlobRow{"a*", "A", false}));

}  // namespace
}  // namespace injector
