#include "injector/inject/job_file/override_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/model/model_fixtures.h"

namespace injector {
namespace {

using ::testing::IsEmpty;

OverridePolicy Policy(const std::string& list) {
  return OverridePolicy::Parse("component: x\nx-connection-fields: " + list, "p").value();
}

// "allowed", "warning", "forbidden".
std::string Outcome(const std::string& connection_json, const std::string& override_json,
                    const OverridePolicy& policy = {}) {
  Result<OverriddenConnection> overridden =
      OverrideFields(ConnectionOf("mysql", connection_json), FieldsFromJson(override_json), policy);
  if (!overridden.ok()) return "forbidden";
  return overridden->warnings.empty() ? "allowed" : "warning";
}

TEST(OverridePolicyTest, DecidesFieldByField) {
  struct Row {
    const char* policy;  // empty: none
    const char* override_json;
    const char* expected;
  };
  const char* connection = R"({"host": "h", "user": "u", "password": "p", "ssl": {"key": "k"}})";
  for (const Row& row : {
           Row{"", R"({"host": "x", "port": 1})", "allowed"},
           Row{"", R"({"password": "x"})", "forbidden"},
           Row{"", R"({"ssl": {"ca": "x"}})", "forbidden"},
           Row{"", R"({"extra": {"password": "x"}})", "forbidden"},
           Row{"[host]", R"({"host": "x"})", "allowed"},
           Row{"[{name: host, override: forbidden}]", R"({"host": "x"})", "forbidden"},
           Row{"[{field: host, override: forbidden}]", R"({"host": "x"})", "forbidden"},
           Row{"[{name: user, override: forbidden}]", R"({"login": "x"})", "forbidden"},
           Row{"[{name: login, override: forbidden}]", R"({"username": "x"})", "forbidden"},
           Row{"[{name: database, override: forbidden}]", R"({"schema": "x"})", "forbidden"},
           Row{"[{name: host, override: forbidden}]", R"({"extra": {"host": "x"}})", "forbidden"},
           Row{"[{name: password, override: allowed}]", R"({"password": "x"})", "allowed"},
           Row{"[{name: headers, override: warning}]", R"({"headers": {"a": "x"}})", "warning"},
           Row{"[user, {name: login, override: forbidden}]", R"({"user": "x"})", "forbidden"},
           Row{"[{name: host, override: forbidden}]", R"({"port": 1})", "allowed"},
       }) {
    const OverridePolicy policy = *row.policy == '\0' ? OverridePolicy() : Policy(row.policy);
    EXPECT_EQ(Outcome(connection, row.override_json, policy), row.expected)
        << row.policy << " " << row.override_json;
  }
}

TEST(OverridePolicyTest, OverridesTakeThePlaceOfTheSameField) {
  const OverriddenConnection overridden =
      OverrideFields(ConnectionOf("mysql", R"({"user": "u", "port": 3307})"),
                     FieldsFromJson(R"({"login": "x"})"), {})
          .value();
  EXPECT_EQ(ToJson(overridden.connection.fields), R"({"login":"x","port":3307})");
  EXPECT_THAT(overridden.warnings, IsEmpty());
}

TEST(OverridePolicyTest, DefaultsFillOnlyWhatIsMissingOrEmpty) {
  const Connection connection =
      WithDefaultFields(ConnectionOf("mysql", R"({"user": "u", "port": 3307, "host": ""})"),
                        FieldsFromJson(R"({"login": "x", "port": 3306, "host": "h", "db": "d"})"));
  EXPECT_EQ(ToJson(connection.fields), R"({"user":"u","port":3307,"host":"h","db":"d"})");
}

TEST(OverridePolicyTest, WrongFormIsAnErrorWithItsPlace) {
  struct Row {
    const char* text;
    const char* expected;
  };
  for (const Row& row : {
           Row{"a: 1", "p:1:1: x-connection-fields: missing"},
           Row{"x-connection-fields: {}", "p:1:22: x-connection-fields: expected a list"},
           Row{"x-connection-fields: [[]]", "p:1:23: x-connection-fields: expected text"},
           Row{"x-connection-fields: [{name: a}]", "p:1:23: override: missing"},
           Row{"x-connection-fields: [{override: allowed}]", "p:1:23: name: missing"},
           Row{"x-connection-fields: [{name: a, field: a, override: allowed}]",
               "p:1:23: name and field: one of them, not both"},
           Row{"x-connection-fields: [{name: a, override: maybe}]",
               "p:1:43: override: expected allowed, forbidden or warning"},
           Row{"x-connection-fields: [{name: a, overide: allowed}]",
               "p:1:33: unknown key overide; did you mean override?"},
       }) {
    const Result<OverridePolicy> policy = OverridePolicy::Parse(row.text, "p");
    ASSERT_FALSE(policy.ok()) << row.text;
    EXPECT_EQ(policy.error().message(), row.expected) << row.text;
  }
}

}  // namespace
}  // namespace injector
