#include "injector/yaml/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/json.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string AsJson(const Result<YamlNode>& node) {
  if (!node.ok()) return node.error().message();
  return std::string(WriteJson(ToValue(*node)).Reveal());
}

struct Row {
  const char* name;
  std::string text;
  std::string expected;
};

class ParseYamlTest : public testing::TestWithParam<Row> {};

TEST_P(ParseYamlTest, ReadsAsJsonOrSaysWhere) {
  EXPECT_EQ(AsJson(ParseYaml(GetParam().text, "f")), GetParam().expected);
}

std::string Deep(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

// Each line names the line before ten times.
std::string AliasBomb() {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name <= 'i'; ++name) {
    const std::string before(1, static_cast<char>(name - 1));
    text += std::string(1, name) + ": &" + std::string(1, name) + " [";
    for (int i = 0; i < 10; ++i) text += (i > 0 ? ", *" : "*") + before;
    text += "]\n";
  }
  return text;
}

const Row kRows[] = {
    {"Empty", "", "null"},
    {"OnlyComments", "# nothing\n", "null"},
    {"Map", "a: 1\nb: two\n", R"({"a":1,"b":"two"})"},
    {"Flow", "{a: [1, {b: c}]}", R"({"a":[1,{"b":"c"}]})"},
    {"Nulls", "a:\nb: ~\nc: null\n", R"({"a":null,"b":null,"c":null})"},
    {"Booleans", "[true, False, TRUE]", "[true,false,true]"},
    {"WordsOfOldYamlAreText", "[yes, no, on, off, y]", R"(["yes","no","on","off","y"])"},
    {"Numbers", "[0, -1, 1.10, 1e5, 123456789012345678901]",
     "[0,-1,1.10,1e5,123456789012345678901]"},
    {"WhatJsonWouldNotTakeIsText", "[0123, 0x1F, +1, .5, 1., 1_000, .inf, 2026-01-31, 1:30, -, 1e]",
     R"(["0123","0x1F","+1",".5","1.","1_000",".inf","2026-01-31","1:30","-","1e"])"},
    {"QuotedIsText", R"(['1', "true", 'null', !!str 5])", R"(["1","true","null","5"])"},
    {"DoubleQuotedEscapes", R"(a: "x\ty\u00e9")", "{\"a\":\"x\\ty\u00e9\"}"},
    {"EscapedSpacesOfUnicode", R"({"k\N": "\N\_\L\P", b: "é\_"})",
     "{\"k\u0085\":\"\u0085\u00a0\u2028\u2029\",\"b\":\"\u00e9\u00a0\"}"},
    {"BlockScalars", "a: |\n  one\n  two\nb: >-\n  one\n  two\n",
     R"({"a":"one\ntwo\n","b":"one two"})"},
    {"CarriageReturns", "a: 1\r\nb: 2\r\n", R"({"a":1,"b":2})"},
    {"AnchorAndAlias", "a: &x {b: 1}\nc: *x\n", R"({"a":{"b":1},"c":{"b":1}})"},
    {"MergeKey", "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n",
     R"({"a":{"b":1,"c":2},"d":{"c":3,"b":1}})"},
    {"MergeKeyOfSeveral", "- &x {b: 1}\n- &y {b: 2, c: 2}\n- {<<: [*x, *y]}\n",
     R"([{"b":1},{"b":2,"c":2},{"b":1,"c":2}])"},
    {"QuotedMergeKeyIsAName", "{\"<<\": 1}", R"({"<<":1})"},
    {"OwnTags", "!!map {a: !!seq [!!int 1]}", R"({"a":[1]})"},
    {"DeepestNesting", Deep(64), Deep(64)},

    {"TooDeep", Deep(65), "f:1:65: nested deeper than 64"},
    {"KeyTwice", "a: 1\nb:\n  c: 1\n  c: 2\n", "f:4:3: c: given twice"},
    {"SecondDocument", "a: 1\n---\nb: 2\n", "f:2:1: a second document; only one is read"},
    {"KeyThatIsAList", "[a]: 1\n", "f:1:1: expected a name before the colon"},
    {"KeyThatIsNull", "~: 1\n", "f:1:1: expected a name before the colon"},
    {"MergeOfText", "a: {<<: x}", "f:1:9: << takes a map, or a list of maps"},
    {"MergeOfListOfText", "a: {<<: [x]}", "f:1:10: << takes a map, or a list of maps"},
    {"OtherTag", "a: !secret x\n", "f:1:4: a tag that is not known here"},
    {"OtherTagOnMap", "!x {a: 1}", "f:1:1: a tag that is not known here"},
    {"AliasInsideItself", "a: &x [*x]\n", "f:1:8: an alias inside what it stands for"},
    {"UnknownAlias", "a: *nobody\n", "f:1:4: the referenced anchor is not defined"},
    {"Unterminated", "a: [1, 2\n",
     "f:2:1: the end: a [ above, or a quote behind it, is not closed"},
    {"TabIndentation", "a:\n\tb: 1\n", "f:2:1: a tab indents this line; YAML takes spaces alone"},
    {"UnclosedQuote", "a: \"x\nb: 1", "f:2:5: the end: a quote above is not closed"},
    {"UnclosedQuoteUpToALinesEnd", "é: 1\na: \"x\nb: 1\n", "f:2:4: a quote that is not closed"},
    {"UnclosedSingleQuote", "a: 'it''s\nb: 1\n", "f:1:4: a quote that is not closed"},
    {"UnclosedQuoteBehindAnAnchor", "\xEF\xBB\xBFé: 1\na: &x !!str \"x\\\"\n",
     "f:2:4: a quote that is not closed"},
    {"UnclosedQuoteBehindAComment", "host: !!str # c\n        &x # d\n        \"x\n",
     "f:1:7: a quote that is not closed"},
    {"QuoteBehindAComment", "host: !!str # \"c\n        \"x\"\n", R"({"host":"x"})"},
    {"QuotesThatEndWithTheText", "\xEF\xBB\xBFé: \"é\"\r\na: &x 'it''s'",
     R"({"é":"é","a":"it's"})"},
    {"EscapedQuoteAtTheEnd", "a: \"x\\\"\"\n", R"({"a":"x\""})"},
    {"OddIndentation", "a:\n    b: 1\n  c: 2\n",
     "f:3:3: indented neither like the keys above nor like what is in them"},
    {"ColonInText", "a: b: c\n",
     "f:1:5: no value can stand here; a text that holds `: ` needs quotes"},
    {"TabBehindSpaces", "a:\n  b: 1\n  \tc: 1\n",
     "f:3:3: a tab indents this line; YAML takes spaces alone"},
    {"TabThatIsNotTheProblem", "a: [1,\n\t2]\nb: {\n",
     "f:4:1: the end: a { above, or a quote behind it, is not closed"},
    {"ControlCharacter", "a: 1\nb: \x04",
     "f:2:4: a control character; in double quotes it can be escaped"},
    {"NotUtf8", "a: \xFF", "f:1:4: not UTF-8"},
};

INSTANTIATE_TEST_SUITE_P(Rows, ParseYamlTest, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ParseYamlLimits, AliasesCountAsWhatTheyStandFor) {
  EXPECT_THAT(AsJson(ParseYaml(AliasBomb(), "f")), HasSubstr("more than 50000 values"));
}

TEST(ParseYamlLimits, AnchorsInsideAnchorsCountToo) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "&a" + std::to_string(i) + " [";
  for (int i = 0; i < 1000; ++i) text += "x,";
  text += std::string(60, ']');
  EXPECT_THAT(AsJson(ParseYaml(text, "f")), HasSubstr("more than 50000 values"));
}

TEST(ParseYamlLimits, SizeIsBounded) {
  EXPECT_EQ(AsJson(ParseYaml(std::string(kYamlSizeLimit + 1, ' '), "f")),
            "f: longer than 1048576 bytes");
}

TEST(ParseYamlPositions, KeysAndValuesKnowWhereTheyStand) {
  const YamlNode root = ParseYaml("a:\n  bc:   \"x\"\n  d: [1, 2]\n", "f").value();
  const YamlNode::Member& bc = root.Find("a")->members[0];
  EXPECT_EQ(bc.position.line, 2U);
  EXPECT_EQ(bc.position.column, 3U);
  EXPECT_EQ(bc.value.position.column, 9U);
  EXPECT_EQ(root.Find("a")->Find("d")->items[1].position.line, 3U);
  EXPECT_EQ(root.Find("a")->Find("d")->items[1].position.column, 10U);
}

// Whatever a broken file holds, its message holds none of it.
TEST(ParseYamlErrors, HoldNothingOfTheText) {
  for (const char* text :
       {"password: \"swordfish", "password: [swordfish", "password: *swordfish",
        "password: &swordfish &swordfish x", "? {swordfish: 1}\n: 2", "password: \"swordfish\\q\"",
        "%YAML swordfish\n---\n", "a: 'swordfish"}) {
    const Result<YamlNode> node = ParseYaml(text, "f");
    ASSERT_FALSE(node.ok()) << text;
    EXPECT_THAT(node.error().message(), Not(HasSubstr("swordfish"))) << text;
  }
}

}  // namespace
}  // namespace injector
