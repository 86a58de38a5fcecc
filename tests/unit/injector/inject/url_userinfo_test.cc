#include "injector/inject/url_userinfo.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

struct Row {
  const char* value;
  const char* secret;
};

class UserinfoTest : public ::testing::TestWithParam<Row> {};

TEST_P(UserinfoTest, FindsThePassword) {
  EXPECT_EQ(UserinfoSecret(GetParam().value), GetParam().secret) << GetParam().value;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, UserinfoTest,
    ::testing::Values(Row{"https://user:p%40ss@host/path", "p%40ss"},
                      Row{"postgres://u:pw@h", "pw"}, Row{"redis://:pw@h:6379/0", "pw"},
                      Row{"https://token@github.com/x", "token"},
                      Row{"https://u:with@sign@host/", "with@sign"},
                      Row{"git+https://u:pw@h/", "pw"}, Row{"ssh://git@host/repo", ""},
                      Row{"https://host/path@2", ""}, Row{"https://host/?q=a:b@c", ""},
                      Row{"https://host", ""}, Row{"user:pw@host", ""}, Row{"a b://u:pw@h", ""},
                      Row{"://u:pw@h", ""}, Row{"https://u:@h", ""}, Row{"", ""}));

}  // namespace
}  // namespace injector
