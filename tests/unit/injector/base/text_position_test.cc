#include "injector/base/text_position.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(TextPosition, CountsLinesAndCharacters) {
  struct Row {
    const char* text;
    TextPosition after;
  };
  for (const Row& row : {Row{"", {1, 1}}, Row{"abc", {1, 4}}, Row{"a\n", {2, 1}},
                         Row{"a\nbc", {2, 3}}, Row{"\xC3\xA9x", {1, 3}}}) {
    EXPECT_EQ(TextPosition().After(row.text).line, row.after.line) << row.text;
    EXPECT_EQ(TextPosition().After(row.text).column, row.after.column) << row.text;
  }
}

TEST(TextPosition, ErrorsAndFindingsPointAtIt) {
  EXPECT_EQ(ErrorAt("a.yaml", {3, 7}, "odd").message(), "a.yaml:3:7: odd");
  const FileFinding finding{FileFinding::Severity::kWarning, {3, 4}, "odd"};
  EXPECT_EQ(finding.In("f"), "f:3:4: odd");
}

}  // namespace
}  // namespace injector
