#include "injector/yaml/reader.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

template <typename T>
std::string Message(const Result<T>& result) {
  return result.ok() ? "" : result.error().message();
}

class YamlReaderTest : public testing::Test {
 protected:
  static YamlNode Parse(std::string_view text) { return ParseYaml(text, "f").value(); }
  const YamlReader reader_{"f"};
};

TEST_F(YamlReaderTest, TextIsAnyScalarThatIsNotEmpty) {
  EXPECT_EQ(reader_.Text(Parse("abc"), "ref").value(), "abc");
  EXPECT_EQ(reader_.Text(Parse("12"), "ref").value(), "12");
  for (const char* text : {"", "''", "[a]", "{a: b}"}) {
    EXPECT_EQ(Message(reader_.Text(Parse(text), "ref")), "f:1:1: ref: expected text") << text;
  }
}

TEST_F(YamlReaderTest, BoolIsTrueOrFalseWithoutQuotes) {
  EXPECT_TRUE(reader_.Bool(Parse("true"), "optional").value());
  EXPECT_FALSE(reader_.Bool(Parse("false"), "optional").value());
  for (const char* text : {"'true'", "yes", "1", "[]"}) {
    EXPECT_EQ(Message(reader_.Bool(Parse(text), "optional")),
              "f:1:1: optional: expected true or false");
  }
}

TEST_F(YamlReaderTest, ListsAndMapsAreTold) {
  EXPECT_EQ(reader_.TextList(Parse("[a, b]"), "secret").value(),
            (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Message(reader_.TextList(Parse("a"), "secret")), "f:1:1: secret: expected a list");
  EXPECT_EQ(Message(reader_.TextList(Parse("[a, [b]]"), "secret")), "f:1:5: secret: expected text");
  EXPECT_TRUE(reader_.ExpectMap(Parse("{}"), "env").ok());
  EXPECT_EQ(Message(reader_.ExpectMap(Parse("[]"), "env")), "f:1:1: env: expected a map");
}

TEST_F(YamlReaderTest, UnknownKeysNameTheNearestKnownOne) {
  constexpr std::string_view kKnown[] = {"ref", "optional"};
  EXPECT_TRUE(reader_.OnlyKeys(Parse("ref: a\noptional: true\n"), kKnown).ok());
  EXPECT_EQ(Message(reader_.OnlyKeys(Parse("ref: a\noptonal: true\n"), kKnown)),
            "f:2:1: unknown key optonal; did you mean optional?");
  EXPECT_EQ(Message(reader_.OnlyKeys(Parse("colour: red\n"), kKnown)), "f:1:1: unknown key colour");
}

TEST_F(YamlReaderTest, VersionMustBeOne) {
  EXPECT_TRUE(reader_.ExpectVersionOne(Parse("version: 1")).ok());
  EXPECT_EQ(Message(reader_.ExpectVersionOne(Parse("version: 2"))),
            "f:1:10: version: expected 1, the only one that there is");
  EXPECT_EQ(Message(reader_.ExpectVersionOne(Parse("a: 2"))), "f:1:1: version: missing");
}

}  // namespace
}  // namespace injector
