#include "injector/yaml/write.h"

#include <gtest/gtest.h>

#include "injector/model/json.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

std::string Written(std::string_view json) {
  return std::string(WriteYaml(*ParseJson(json)).Reveal());
}

TEST(WriteYamlTest, LooksAsAPersonWouldWriteIt) {
  const struct {
    const char* json;
    const char* yaml;
  } rows[] = {
      {R"("text")", "text\n"},
      {R"("")", "\"\"\n"},
      {R"(12.50)", "12.50\n"},
      {R"("12.50")", "\"12.50\"\n"},
      {R"(true)", "true\n"},
      {R"("true")", "\"true\"\n"},
      {R"("No")", "\"No\"\n"},
      {R"(null)", "null\n"},
      {R"({})", "{}\n"},
      {R"([])", "[]\n"},
      {R"({"a":1,"b":"${B}"})", "a: 1\nb: \"${B}\"\n"},
      {R"({"a":{"b":["c",{"d":[]}]}})", "a:\n  b:\n    - c\n    -\n      d: []\n"},
      {R"("a: b")", "\"a: b\"\n"},
      {R"("a #b")", "\"a #b\"\n"},
      {R"("2026-01-31")", "\"2026-01-31\"\n"},
  };
  for (const auto& row : rows) EXPECT_EQ(Written(row.json), row.yaml) << row.json;
}

// Texts that some reader takes for something else, and every byte of ASCII wherever it may stand.
TEST(WriteYamlTest, EveryTextReadsBackAsItself) {
  std::vector<std::string> texts = {
      "",    "null", "~",   "yes",    "off",      "0x1f",         "1e3",         ".inf",  "-",
      "- a", "a:",   ":a",  "?",      "!!str a",  "&a",           "*a",          "{a: b", "[",
      "%a",  "@a",   "`a",  "<<",     "a\\",      "\"",           "'a'",         "\n",    "a\n\n",
      "ü€😀", "---",  "...", "a\r\nb", "\xc2\x85", "\xe2\x80\xa8", "\xef\xbb\xbf"};
  for (int byte = 0; byte < 128; ++byte) {
    const std::string symbol(1, static_cast<char>(byte));
    for (std::string text : {symbol, symbol + "a", "a" + symbol, "a" + symbol + " b"}) {
      texts.push_back(std::move(text));
    }
  }
  for (const std::string& text : texts) {
    std::vector<Value::Member> members;
    members.push_back({"key", Value::String(text)});
    const Value value = Value::Map(std::move(members));
    const Result<YamlNode> node = ParseYaml(WriteYaml(value).Reveal(), "again");
    ASSERT_TRUE(node.ok()) << ::testing::PrintToString(text) << node.error().message();
    EXPECT_EQ(ToValue(*node), value) << ::testing::PrintToString(text);
  }
}

TEST(WriteYamlTest, EveryKeyReadsBackAsItself) {
  for (const char* key : {"a b", "no", "1", "a: b", "#", "\"", "${A}", "x\ny"}) {
    std::vector<Value::Member> members;
    members.push_back({key, Value::Number(std::int64_t{1})});
    const Value value = Value::Map(std::move(members));
    const Result<YamlNode> node = ParseYaml(WriteYaml(value).Reveal(), "again");
    ASSERT_TRUE(node.ok()) << key << node.error().message();
    EXPECT_EQ(ToValue(*node), value) << key;
  }
}

}  // namespace
}  // namespace injector
