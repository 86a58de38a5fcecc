#include "injector/base/shell_quote.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(ShellQuoted, IsOneWord) {
  EXPECT_EQ(ShellQuoted(""), "''");
  EXPECT_EQ(ShellQuoted("a b $c `d` \\ \"e\"\n"), "'a b $c `d` \\ \"e\"\n'");
  EXPECT_EQ(ShellQuoted("it's"), R"('it'\''s')");
  EXPECT_EQ(ShellQuoted("''"), R"(''\'''\''')");
}

}  // namespace
}  // namespace injector
