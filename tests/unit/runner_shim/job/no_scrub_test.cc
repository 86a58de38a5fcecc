#include "runner_shim/job/no_scrub.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace runner_shim {
namespace {

class SecretsToScrubTest : public ::testing::Test {
 protected:
  SecretsToScrubTest() {
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
  static std::vector<injector::ScrubValue> Values(
      const std::vector<std::pair<std::string, std::string>>& texts) {
    std::vector<injector::ScrubValue> values;
    for (const auto& [name, text] : texts) {
      values.push_back({.name = name, .value = injector::Secret::CopyOf(text)});
    }
    return values;
  }
  void AddIngredient(std::string name, std::string_view value, std::string field) {
    fetched_.ingredients.push_back(
        {std::move(name), injector::Secret::CopyOf(value), std::move(field)});
  }
  // The names that remain.
  injector::Result<std::vector<std::string>> Remaining(const std::vector<std::string>& exceptions) {
    JobOptions options;
    options.no_scrub = exceptions;
    ASSIGN_OR_RETURN(const auto left,
                     SecretsToScrub({Values({{"postgres.db.prod.password", "database-password"},
                                             {"generic.api.token", "token-of-the-api"},
                                             {"var.region", "region"}}),
                                     Values(inherited_)},
                                    options, fetched_));
    std::vector<std::string> names;
    for (const ScrubSecret& value : left) names.push_back(value.name);
    return names;
  }
  std::vector<std::pair<std::string, std::string>> inherited_;
  injector::FetchedItems fetched_;
};

using Names = std::vector<std::string>;

TEST_F(SecretsToScrubTest, TakesEverySpellingOfAReference) {
  const Names left = {"generic.api.token", "var.region"};
  for (const char* exception : {"db.prod.password", "@postgres.db.prod.password",
                                "@postgres.password", "postgres.db.prod.password"}) {
    const auto remaining = Remaining({exception});
    ASSERT_TRUE(remaining.ok()) << exception << ": " << remaining.error().message();
    EXPECT_EQ(*remaining, left) << exception;
  }
}

TEST_F(SecretsToScrubTest, TakesAFieldThatOnlyATemplateUses) {
  fetched_.template_connections.push_back(std::move(fetched_.connections.back()->item));
  fetched_.connections.pop_back();
  EXPECT_EQ(*Remaining({"api.token"}), (Names{"postgres.db.prod.password", "var.region"}));
}

TEST_F(SecretsToScrubTest, TakesAVariable) {
  EXPECT_EQ(*Remaining({"var.region"}), (Names{"postgres.db.prod.password", "generic.api.token"}));
}

TEST_F(SecretsToScrubTest, WhatAShownFieldIsMadeOfIsShown) {
  AddIngredient("env.DB_PASSWORD", "database-password", "postgres.db.prod.password");
  AddIngredient("var.prefix", "database", "postgres.db.prod.password");
  inherited_ = {{"env.DB_PASSWORD", "database-password"}, {"env.COPY", "database-password"}};
  EXPECT_EQ(*Remaining({"db.prod.password"}), (Names{"generic.api.token", "var.region"}));
  EXPECT_EQ(Remaining({})->size(), 7U);
}

TEST_F(SecretsToScrubTest, WhatAnotherSecretIsMadeOfStaysMasked) {
  AddIngredient("env.SHARED", "shared-text", "postgres.db.prod.password");
  AddIngredient("env.SHARED", "shared-text", "generic.api.token");
  AddIngredient("key-file", "key-material", "");
  EXPECT_EQ(*Remaining({"db.prod.password"}),
            (Names{"generic.api.token", "var.region", "env.SHARED", "key-file"}));
}

TEST_F(SecretsToScrubTest, TheVariableThatBroughtAShownFieldIsShown) {
  inherited_ = {{"env.PIPELINE_CONN_DB_PROD", "postgres://u:database-password@h"},
                {"env.PIPELINE_CONN_API", "generic://:token-of-the-api@"}};
  const Names others = {"generic.api.token", "var.region", "env.PIPELINE_CONN_API"};
  EXPECT_EQ(Remaining({"db.prod.password"})->size(), 4U) << "it comes from the store";
  fetched_.connections.front()->source = "environment";
  EXPECT_EQ(*Remaining({"db.prod.password"}), others);
}

TEST_F(SecretsToScrubTest, WhatTheConnectionItselfShowsNeedsNoOption) {
  injector::Connection& connection = fetched_.connections.front()->item;
  connection.no_scrub = {"password"};
  connection.fields.push_back(
      {"password", injector::Value::String(injector::Secret::CopyOf("database-password"))});
  AddIngredient("env.PART", "database", "postgres.db.prod.password");
  inherited_ = {{"env.DB_PASSWORD", "database-password"}, {"env.OTHER", "other-value"}};
  EXPECT_EQ(*Remaining({}), (Names{"generic.api.token", "var.region", "env.OTHER"}));
}

TEST_F(SecretsToScrubTest, SaysWhichSettingNamesNothing) {
  JobOptions options;
  options.no_scrub = {"nobody.token"};
  EXPECT_EQ(SecretsToScrub({}, options, fetched_).error().message().rfind("--no-scrub ", 0), 0U);
  options.variables_used = {{"--no-scrub", "INJECTOR_NO_SCRUB"}};
  EXPECT_EQ(SecretsToScrub({}, options, fetched_).error().message().rfind("INJECTOR_NO_SCRUB ", 0),
            0U);
}

TEST_F(SecretsToScrubTest, RefusesOneThatNamesNothing) {
  for (const char* exception : {"db.prod.pasword", "@generic.token", "nobody.token", "token", ""}) {
    EXPECT_FALSE(Remaining({exception}).ok()) << exception;
  }
}

}  // namespace
}  // namespace runner_shim
