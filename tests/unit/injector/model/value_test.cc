#include "injector/model/value.h"

#include <gtest/gtest.h>

#include "model_fixtures.h"

namespace injector {
namespace {

constexpr const char* kDocuments[] = {"null",  "true", "1.10", "\"x\"",
                                      "[]",    "{}",   "[1]",  "{\"a\":[true,null]}",
                                      "false", "1.1",  "\"\"", "{\"a\":[true,false]}"};

TEST(Value, CloneIsEqualAndDifferentDocumentsAreNot) {
  for (const char* a : kDocuments) {
    EXPECT_TRUE(FromJson(a).Clone() == FromJson(a)) << a;
    for (const char* b : kDocuments) {
      EXPECT_EQ(FromJson(a) == FromJson(b), std::string_view(a) == b) << a << " " << b;
    }
  }
}

TEST(Value, ShowsItselfAsAVariableWould) {
  struct Row {
    const char* json;
    const char* text;
  };
  const Row rows[] = {{"null", ""},
                      {"true", "true"},
                      {"1.10", "1.10"},
                      {"\"plain\\ntext\"", "plain\ntext"},
                      {"[ 1, \"a\" ]", "[1,\"a\"]"},
                      {"{ \"k\" : null }", "{\"k\":null}"}};
  for (const Row& row : rows) {
    EXPECT_EQ(FromJson(row.json).ToText().Reveal(), row.text) << row.json;
  }
}

TEST(Value, FindsMembersOfMapsOnly) {
  const Value map = FromJson(R"({"a":1,"b":{"a":2}})");
  ASSERT_NE(map.Find("b"), nullptr);
  EXPECT_EQ(map.Find("b")->Find("a")->number_text(), "2");
  EXPECT_EQ(map.Find("c"), nullptr);
  EXPECT_EQ(FromJson("[1]").Find("0"), nullptr);
  EXPECT_EQ(Value().Find("a"), nullptr);
}

}  // namespace
}  // namespace injector
