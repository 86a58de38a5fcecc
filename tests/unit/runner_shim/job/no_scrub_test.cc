#include "runner_shim/job/no_scrub.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace runner_shim {
namespace {

class WithoutExceptionsTest : public ::testing::Test {
 protected:
  WithoutExceptionsTest() {
    AddConnection("postgres", "db.prod", true);
    AddConnection("generic", "api", false);
  }
  void AddConnection(std::string type, std::string alias, bool is_default) {
    injector::Connection connection;
    connection.name = {.type = std::move(type), .alias = std::move(alias)};
    connection.is_default = is_default;
    fetched_.connections.emplace_back(
        injector::Fetched<injector::Connection>{std::move(connection), "file:/store"});
  }
  // The names that remain.
  injector::Result<std::vector<std::string>> Remaining(const std::vector<std::string>& exceptions) {
    std::vector<injector::ScrubValue> values;
    for (const char* name : {"postgres.db.prod.password", "generic.api.token", "var.region"}) {
      values.push_back({.name = name, .value = injector::Secret::CopyOf("value")});
    }
    JobOptions options;
    options.no_scrub = exceptions;
    ASSIGN_OR_RETURN(const auto left, WithoutExceptions(std::move(values), options, fetched_));
    std::vector<std::string> names;
    for (const injector::ScrubValue& value : left) names.push_back(value.name);
    return names;
  }
  injector::FetchedItems fetched_;
};

using Names = std::vector<std::string>;

TEST_F(WithoutExceptionsTest, TakesEverySpellingOfAReference) {
  const Names left = {"generic.api.token", "var.region"};
  for (const char* exception : {"db.prod.password", "@postgres.db.prod.password",
                                "@postgres.password", "postgres.db.prod.password"}) {
    const auto remaining = Remaining({exception});
    ASSERT_TRUE(remaining.ok()) << exception << ": " << remaining.error().message();
    EXPECT_EQ(*remaining, left) << exception;
  }
}

TEST_F(WithoutExceptionsTest, TakesAVariable) {
  EXPECT_EQ(*Remaining({"var.region"}), (Names{"postgres.db.prod.password", "generic.api.token"}));
}

TEST_F(WithoutExceptionsTest, SaysWhichSettingNamesNothing) {
  JobOptions options;
  options.no_scrub = {"nobody.token"};
  EXPECT_EQ(WithoutExceptions({}, options, fetched_).error().message().rfind("--no-scrub ", 0), 0U);
  options.variables_used = {{"--no-scrub", "INJECTOR_NO_SCRUB"}};
  EXPECT_EQ(
      WithoutExceptions({}, options, fetched_).error().message().rfind("INJECTOR_NO_SCRUB ", 0),
      0U);
}

TEST_F(WithoutExceptionsTest, RefusesOneThatNamesNothing) {
  for (const char* exception : {"db.prod.pasword", "@generic.token", "nobody.token", "token", ""}) {
    EXPECT_FALSE(Remaining({exception}).ok()) << exception;
  }
}

}  // namespace
}  // namespace runner_shim
