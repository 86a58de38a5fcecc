#include "runner_shim/job/user_option.h"

#include <gtest/gtest.h>

namespace runner_shim {
namespace {

TEST(ParseUser, GivesTheGroupTheNumberOfTheUserUnlessNamed) {
  EXPECT_EQ(ParseUser("1000")->uid, 1000U);
  EXPECT_EQ(ParseUser("1000")->gid, 1000U);
  EXPECT_EQ(ParseUser("1000:50")->gid, 50U);
  EXPECT_EQ(ParseUser("0:0")->uid, 0U);
  EXPECT_TRUE(ParseUser("1000:50")->supplementary_groups.empty());
}

TEST(ParseUser, RefusesNamesAndNumbersThatMeanNoChange) {
  for (const char* text : {"", ":", "root", "1000:", ":50", "1000:wheel", "-1", "4294967295",
                           "4294967296", "1000:4294967295", " 1", "1 ", "1:2:3", "0x1"}) {
    EXPECT_FALSE(ParseUser(text).ok()) << text;
  }
}

}  // namespace
}  // namespace runner_shim
