// The types whose tools read one variable for one field.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using testing::VariableLines;

struct TypeRow {
  const char* connection;
  const char* fields;
  std::vector<std::string> variables;
  std::vector<std::string> secret;
};

class FieldVariablesTest : public ::testing::TestWithParam<TypeRow> {};

TEST_P(FieldVariablesTest, EachFieldIsWhatItsToolReads) {
  const Injection injection =
      JobUnderTest().With(GetParam().connection, GetParam().fields).Injected();
  EXPECT_THAT(VariableLines(injection), ElementsAreArray(GetParam().variables));
  std::vector<std::string> secret;
  for (const InjectedVariable& variable : injection.variables) {
    if (variable.secret) secret.push_back(variable.name);
  }
  EXPECT_THAT(secret, ElementsAreArray(GetParam().secret));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FieldVariablesTest,
    ::testing::Values(
        TypeRow{"duckdb.local",
                R"({"path": "./data/local.duckdb"})",
                {"DUCKDB_PATH=./data/local.duckdb"},
                {}},
        TypeRow{"duckdb.cloud",
                R"({"path": "md:movies", "motherduck_token": "t"})",
                {"DUCKDB_PATH=md:movies", "MOTHERDUCK_TOKEN=t"},
                {"MOTHERDUCK_TOKEN"}},
        TypeRow{"supabase.main",
                R"({"service_role_key": "s", "url": "https://x", "anon_key": "a",
                    "access_token": "t", "db_password": "p"})",
                {"SUPABASE_URL=https://x", "SUPABASE_SERVICE_ROLE_KEY=s", "SUPABASE_ANON_KEY=a",
                 "SUPABASE_ACCESS_TOKEN=t", "SUPABASE_DB_PASSWORD=p"},
                {"SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_ANON_KEY", "SUPABASE_ACCESS_TOKEN",
                 "SUPABASE_DB_PASSWORD"}},
        TypeRow{"slack.team",
                R"({"webhook_url": "https://h/T/B/x", "bot_token": "xoxb-1"})",
                {"SLACK_BOT_TOKEN=xoxb-1", "SLACK_WEBHOOK_URL=https://h/T/B/x"},
                {"SLACK_BOT_TOKEN", "SLACK_WEBHOOK_URL"}},
        TypeRow{"gitlab.forge",
                R"({"token": "glpat-1", "url": "git.example.com"})",
                {"GITLAB_TOKEN=glpat-1", "GITLAB_HOST=git.example.com"},
                {"GITLAB_TOKEN"}},
        TypeRow{"vault.prod",
                R"({"host": "https://v:8200", "token": "hvs.1", "namespace": "n"})",
                {"VAULT_ADDR=https://v:8200", "VAULT_TOKEN=hvs.1", "VAULT_NAMESPACE=n"},
                {"VAULT_TOKEN"}}));

TEST(FieldVariablesInheritedTest, AnAddressDoesNotLeadTheTokenElsewhere) {
  const auto removed = [](const char* name, const char* fields) {
    return testing::RemovedNames(JobUnderTest().With(name, fields).Injected());
  };
  EXPECT_THAT(removed("gitlab.g", R"({"token": "t"})"),
              ::testing::IsSupersetOf({"GITLAB_HOST", "GL_HOST", "GITLAB_URI"}));
  EXPECT_THAT(removed("vault.v", R"({"address": "https://v", "token": "t"})"),
              ::testing::IsSupersetOf({"VAULT_AGENT_ADDR", "VAULT_NAMESPACE"}));
}

// A token of one beside a token of the other would be mixed by whoever reads both.
TEST(FieldVariablesMixTest, TwoAccountsOfOneServiceNeedAPrefix) {
  for (const auto& [type, one, two] :
       {std::tuple{"slack", R"({"bot_token": "b"})", R"({"app_token": "a"})"},
        std::tuple{"github", R"({"token": "t"})",
                   R"({"app_id": 1, "installation_id": 2, "private_key": "/k"})"}}) {
    const std::string name = std::string(type) + ".";
    EXPECT_THAT(JobUnderTest().With(name + "one", one).With(name + "two", two).Refusal(),
                HasSubstr("give one of them a prefix"));
    EXPECT_TRUE(JobUnderTest().With(name + "one", one).With(name + "two", two, "B_").Build().ok());
    EXPECT_TRUE(JobUnderTest().With(name + "one", one).With(name + "one", one).Build().ok());
  }
}

TEST(FieldVariablesPrefixTest, HidesThemFromTheTool) {
  const Injection injection =
      JobUnderTest().With("gitlab.forge", R"({"token": "glpat-1"})", "OTHER_").Injected();
  EXPECT_THAT(VariableLines(injection), ElementsAre("OTHER_GITLAB_TOKEN=glpat-1"));
  EXPECT_THAT(injection.notes, ElementsAre(HasSubstr("with the prefix OTHER_, glab")));
}

}  // namespace
}  // namespace injector
