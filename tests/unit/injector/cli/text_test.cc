#include "injector/cli/text.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(Table, AlignsColumnsByTheirWidth) {
  Table table({"NAME", "X"});
  table.AddRow({"é", "1"});
  table.AddRow({"日本", "2"});
  table.AddRow({"longer", ""});
  EXPECT_EQ(table.Render(Emphasis::None()),
            "NAME    X\n"
            "é       1\n"
            "日本    2\n"
            "longer\n");
}

TEST(Table, KeepsAValueOnItsLine) {
  Table table({"A"});
  table.AddRow({"1\n2"});
  EXPECT_EQ(table.Render(Emphasis::None()), "A\n1\\n2\n");
}

TEST(Emphasis, AddsNothingWhereThereIsNoTerminal) {
  EXPECT_EQ(Emphasis::For(-1, true).Warning("careful"), "careful");
}

}  // namespace
}  // namespace injector
