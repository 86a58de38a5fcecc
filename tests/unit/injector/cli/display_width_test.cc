#include "injector/cli/display_width.h"

#include <gtest/gtest.h>

#include <string>

namespace injector {
namespace {

TEST(DisplayWidth, CountsColumns) {
  const struct {
    const char* name;
    std::string text;
    std::size_t width;
  } rows[] = {
      {"empty", "", 0},          {"ascii", "name", 4},
      {"latin", "é", 1},         {"combining", "e\u0301", 1},
      {"greek", "λόγος", 5},     {"han", "日本", 4},
      {"hangul", "한국", 4},     {"kana", "カ", 2},
      {"full width", "Ａ", 2},   {"half width", "ｶ", 1},
      {"emoji", "🔑", 2},         {"emoji with selector", "\u2764\uFE0F", 1},
      {"joiner", "a\u200Db", 2}, {"tree", "└─ ✓", 4},
      {"invalid", "a\xff", 2},
  };
  for (const auto& row : rows) EXPECT_EQ(DisplayWidth(row.text), row.width) << row.name;
}

}  // namespace
}  // namespace injector
