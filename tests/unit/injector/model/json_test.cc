#include "injector/model/json.h"

#include <gtest/gtest.h>

#include "injector/base/utf8.h"
#include "model_fixtures.h"

namespace injector {
namespace {

TEST(Json, KeepsOrderAndTheTextOfNumbers) {
  const std::string_view documents[] = {
      R"({"z":1,"a":{"y":[],"b":{}}})",
      "[1.10,1E5,-0.0,18446744073709551615,-9223372036854775808]",
      "[123456789012345678901234567890,0.1234567890123456789]",
      R"(["a\"\\/\b\f\n\r\t\u0000\u001f",true,false,null])",
      "\"\x7f\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94\x91\"",
  };
  for (std::string_view document : documents) EXPECT_EQ(ToJson(FromJson(document)), document);
}

TEST(Json, ReadsEscapes) {
  EXPECT_EQ(FromJson(R"("\u00e9\ud83d\udd11\/")").string().Reveal(), "\xC3\xA9\xF0\x9F\x94\x91/");
}

TEST(Json, RefusesWithLineAndColumnAndNothingOfTheText) {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  using namespace std::string_view_literals;
  const Row rows[] = {
      {"", "line 1, column 1: the JSON text ends too early"},
      {"   ", "line 1, column 4: the JSON text ends too early"},
      {"{\"hunter\": ", "line 1, column 12: the JSON text ends too early"},
      {"{\"hunter\": \"x", "line 1, column 14: the JSON text ends too early"},
      {"[1] hunter", "line 1, column 5: not JSON here"},
      {"{\n  \"a\": hunter}", "line 2, column 8: not JSON here"},
      {"[\"\xC3\xA9\", hunter]", "line 1, column 7: not JSON here"},
      {"[1,]", "line 1, column 4: not JSON here"},
      {"[01]", "line 1, column 3: not JSON here"},
      {"// hunter", "line 1, column 1: not JSON here"},
      {"{\"hunter\":1,\n\"hunter\":2}", "line 2, column 8: this member was named before"},
      {"{\"a\":1,\"\\u0061\":2}", "line 1, column 15: this member was named before"},
      {"[1e999]", "line 1, column 6: this number is out of range"},
      {"\"hunter\xFF\"", "line 1, column 8: invalid UTF-8"},
      {"\"\xED\xA0\x80\"", "line 1, column 2: invalid UTF-8"},
      {"[1]\0hunter"sv, "line 1, column 4: a NUL byte"},
      {"\"\\ud800\"", "line 1, column 8: not JSON here"},
      {"\"line\nbreak\"", "line 1, column 6: not JSON here"},
  };
  for (const Row& row : rows) {
    const Result<Value> value = ParseJson(row.text);
    ASSERT_FALSE(value.ok()) << row.text;
    EXPECT_EQ(value.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_EQ(value.error().message(), row.message) << row.text;
  }
}

TEST(Json, TakesTheSameNameInDifferentObjects) {
  EXPECT_TRUE(ParseJson(R"([{"a":{"a":1}},{"a":2}])").ok());
}

std::string Nested(std::size_t depth, std::string_view open, std::string_view close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(Json, NestsSixtyFourLevelsAndNoMore) {
  EXPECT_TRUE(ParseJson(Nested(64, "[", "]")).ok());
  EXPECT_TRUE(ParseJson(Nested(64, "{\"a\":", "}")).ok());
  for (std::size_t depth : {std::size_t{65}, std::size_t{100000}}) {
    const Result<Value> value = ParseJson(Nested(depth, "[", "]"));
    ASSERT_FALSE(value.ok());
    EXPECT_EQ(value.error().message(), "line 1, column 65: nested too deep (more than 64 levels)");
  }
}

TEST(Json, RefusesEveryTruncation) {
  const std::string_view document = R"({"a": [1, "b\n", {"c": null}], "d": true})";
  for (std::size_t size = 0; size < document.size(); ++size) {
    EXPECT_FALSE(ParseJson(document.substr(0, size)).ok()) << size;
  }
}

TEST(Json, IndentsByTwo) {
  const Secret text = WriteJson(FromJson(R"({"a":[1,{}],"b":"c"})"), JsonStyle::kIndented);
  EXPECT_EQ(text.Reveal(), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"c\"\n}");
}

TEST(Json, WritesReplacementCharactersForInvalidBytes) {
  EXPECT_EQ(ToJson(Value::String("a\xFF\xC3")), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string text = ToJson(Value::String(std::string_view(&c, 1)));
    EXPECT_TRUE(IsValidUtf8(text)) << byte;
    EXPECT_TRUE(ParseJson(text).ok()) << byte;
  }
}

}  // namespace
}  // namespace injector
