#include "runner_shim/job/values_file.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

TEST(ValuesFile, NamesValuesByTheirPlace) {
  const auto secrets = ParseValues(R"(["first", {"base64": "AP8="}, {"name": "k", "value": "third"},
                                      {"name": "b", "base64": "YQ=="}, {"value": "fifth"}])");
  ASSERT_TRUE(secrets.ok()) << secrets.error().message();
  ASSERT_EQ(secrets->size(), 5U);
  const std::pair<std::string, std::string> expected[] = {{"value-1", "first"},
                                                          {"value-2", std::string("\0\xFF", 2)},
                                                          {"k", "third"},
                                                          {"b", "a"},
                                                          {"value-5", "fifth"}};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ((*secrets)[i].name, expected[i].first);
    EXPECT_EQ((*secrets)[i].value.Reveal(), expected[i].second);
  }
}

TEST(ValuesFile, AnEmptyArrayHoldsNothing) { EXPECT_TRUE(ParseValues("[]")->empty()); }

struct BadRow {
  const char* json;
  const char* message;
};

TEST(ValuesFile, RefusalsNameTheElementAndNeverTheValue) {
  constexpr const char* kElement =
      R"(element 2: expected a string, {"base64": …} or {"name": …, "value": …})";
  const BadRow rows[] = {
      {R"({"a": "hunter2"})", "expected a JSON array"},
      {R"("hunter2")", "expected a JSON array"},
      {R"(["hunter2", 5])", kElement},
      {R"(["hunter2", null])", kElement},
      {R"(["hunter2", ["hunter2"]])", kElement},
      {R"(["hunter2", {}])", kElement},
      {R"(["hunter2", {"name": "hunter2"}])", kElement},
      {R"(["hunter2", {"value": 5}])", kElement},
      {R"(["hunter2", {"name": 5, "value": "hunter2"}])", kElement},
      {R"(["hunter2", {"value": "hunter2", "base64": "AAAA"}])", kElement},
      {R"(["hunter2", {"value": "hunter2", "nmae": "x"}])", kElement},
      {R"(["hunter2", {"base64": "hunter2!"}])", kElement},
  };
  for (const BadRow& row : rows) {
    const auto secrets = ParseValues(row.json);
    ASSERT_FALSE(secrets.ok()) << row.json;
    EXPECT_EQ(secrets.error().message(), row.message) << row.json;
    EXPECT_EQ(secrets.error().hint().find("hunter"), std::string::npos);
  }
}

TEST(ValuesFile, TextThatIsNoJsonIsNotQuoted) {
  for (const char* text : {"[\"hunter2\"", "hunter2", "[\"hunter2\xFF\"]", ""}) {
    const auto secrets = ParseValues(text);
    ASSERT_FALSE(secrets.ok()) << text;
    EXPECT_EQ(secrets.error().message().find("hunter"), std::string::npos);
  }
}

TEST(ValuesFile, ErrorsNameTheFile) {
  const injector::testing::TempDir directory;
  const std::string path = directory.Write("values.json", "[5]");
  EXPECT_TRUE(ReadValuesFile(path).error().message().starts_with(path + ": element 1: "));
  EXPECT_EQ(ReadValuesFile(directory / "none").error().message(),
            "open " + (directory / "none") + ": no such file or directory");
}

}  // namespace
}  // namespace runner_shim
