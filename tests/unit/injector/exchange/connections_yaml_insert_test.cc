#include "injector/exchange/connections_yaml_insert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector {
namespace {

using ::testing::HasSubstr;

Connection Movies() {
  Connection connection;
  connection.name = {"mysql", "movies"};
  connection.fields.push_back({"host", Value::String("h")});
  connection.fields.push_back({"password", Value::String("${MYSQL_MOVIES_PASSWORD}")});
  return connection;
}

struct Row {
  const char* name;
  const char* before;  // | stands for where the lines go
  const char* added;
};

constexpr Row kRows[] = {
    {"Empty", "|",
     "version: 1\nconnections:\n  mysql:\n    movies:\n      host: h\n"
     "      password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
    {"CommentsAlone", "# ours\n\n|",
     "version: 1\nconnections:\n  mysql:\n    movies:\n      host: h\n"
     "      password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
    {"NoConnections", "version: 1\n|# end\n",
     "connections:\n  mysql:\n    movies:\n      host: h\n"
     "      password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
    {"NothingBelowConnections", "version: 1\nconnections:  # none yet\n|\nx-shared:\n  a: 1\n",
     "  mysql:\n    movies:\n      host: h\n      password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
    {"ANewType", "connections:\n  redis:\n    a: {host: h}  # here\n|\n# the end\nversion: 1\n",
     "  mysql:\n    movies:\n      host: h\n      password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
    {"LastOfItsType",
     "version: 1\nconnections:\n  mysql:  # all of them\n    # the first\n    a:\n      host: h\n"
     "      hosts:\n      - x\n|\n  # caches\n  redis:\n    a: {host: h}\n",
     "    movies:\n      host: h\n      password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
    {"ATypeWithNothingBelow", "version: 1\nconnections:\n  mysql:\n|  redis:\n",
     "    movies:\n      host: h\n      password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
    {"AsWideAsTheFileIs",
     "version: 1\nconnections:\n    mysql:\n        a:\n            host: h\n|",
     "        movies:\n            host: h\n"
     "            password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
    {"WhatLooksLikeAComment",
     "version: 1\nconnections:\n  mysql:\n    a:\n      init: |\n        x\n        # y\n\n|",
     "    movies:\n      host: h\n      password: \"${MYSQL_MOVIES_PASSWORD}\"\n"},
};

class InsertTest : public ::testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(Shapes, InsertTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

// The text before and after the place; a block scalar's own bar is not the last one.
std::pair<std::string, std::string> Parts(std::string_view marked) {
  const std::size_t place = marked.rfind('|');
  return {std::string(marked.substr(0, place)), std::string(marked.substr(place + 1))};
}

TEST_P(InsertTest, KeepsEveryByteThatWasThere) {
  const auto [before, after] = Parts(GetParam().before);
  const Result<Secret> text = InsertIntoConnectionsYaml(before + after, "f", Movies());
  ASSERT_TRUE(text.ok()) << text.error().message();
  EXPECT_EQ(text->Reveal(), before + GetParam().added + after);
}

TEST_P(InsertTest, KeepsWindowsLineEnds) {
  const auto crlf = [](const std::string& text) {
    std::string result;
    for (const char c : text) result += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return result;
  };
  const auto [before, after] = Parts(GetParam().before);
  if (before.empty()) return;  // which line ends a file would have, nobody can tell
  const Result<Secret> text = InsertIntoConnectionsYaml(crlf(before + after), "f", Movies());
  ASSERT_TRUE(text.ok()) << text.error().message();
  EXPECT_EQ(text->Reveal(), crlf(before + GetParam().added + after));
}

TEST(InsertIntoConnectionsYamlTest, EndsALastLineThatHasNoEnd) {
  const Result<Secret> text =
      InsertIntoConnectionsYaml("connections:\n  mysql:\n    a:", "f", Movies());
  ASSERT_TRUE(text.ok());
  EXPECT_TRUE(text->Reveal().starts_with("connections:\n  mysql:\n    a:\n    movies:\n"));
}

TEST(InsertIntoConnectionsYamlTest, RefusesWhatItWouldHaveToRewrite) {
  constexpr const char* kTexts[] = {
      "{}",
      "{version: 1, connections: {}}",
      "version: 1\nconnections: {}\n",
      "version: 1\nconnections: {mysql: {a: {host: h}}}\n",
      "version: 1\nconnections:\n  mysql: {a: {host: h}}\n",
      "version: 1\nconnections:\n  mysql:\n    {a: {host: h}}\n",
      "version: 1\nx-a: &a\n  b: {host: h}\nconnections:\n  mysql: *a\n",
      "version: 1\nconnections:\n  redis: {a: {host: h}}\n...\n",
  };
  for (const char* text : kTexts) {
    const Result<Secret> result = InsertIntoConnectionsYaml(text, "c.yaml", Movies());
    ASSERT_FALSE(result.ok()) << text << result->Reveal();
    EXPECT_EQ(result.error().code(), ErrorCode::kFailedPrecondition) << text;
    EXPECT_THAT(result.error().message(), HasSubstr("c.yaml: @mysql.movies cannot be put in"));
  }
}

TEST(InsertIntoConnectionsYamlTest, AnExistingNameIsAnErrorThatSaysWhere) {
  const Result<Secret> result =
      InsertIntoConnectionsYaml("version: 1\nconnections:\n  mysql:\n    movies:\n", "c", Movies());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kAlreadyExists);
  EXPECT_THAT(result.error().message(), HasSubstr("c:4:5: @mysql.movies: is there already"));
}

TEST(InsertIntoConnectionsYamlTest, AFileThatIsWrongIsLeftAlone) {
  for (const char* text : {"- a\n", "version: 2\nconnections:\n", "a: [\n", "connections: 1\n"}) {
    const Result<Secret> result = InsertIntoConnectionsYaml(text, "c", Movies());
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().code(), ErrorCode::kInvalidArgument) << text;
  }
}

TEST(InsertIntoConnectionsYamlTest, LinesToPasteHoldNoHeading) {
  const Result<Secret> lines = ConnectionsYamlLines(Movies());
  ASSERT_TRUE(lines.ok());
  EXPECT_TRUE(lines->Reveal().starts_with("mysql:\n  movies:\n    host: h\n"));
}

}  // namespace
}  // namespace injector
