#include "injector/exchange/env_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> Lines(std::string_view text) {
  const Result<std::vector<EnvEntry>> entries = ParseEnvLines(text);
  if (!entries.ok()) return {entries.error().message()};
  std::vector<std::string> lines;
  for (const EnvEntry& entry : *entries) {
    lines.push_back(entry.name + "|" + std::string(entry.value.Reveal()));
  }
  return lines;
}

TEST(EnvBundleTest, ReadsLines) {
  const struct {
    const char* text;
    std::vector<std::string> entries;
  } rows[] = {
      {"", {}},
      {"# c\n\n  \n", {}},
      {"A=b", {"A|b"}},
      {"A=b\r\nexport C = d \n", {"A|b", "C|d"}},
      {"A=", {"A|"}},
      {"A=b=c#d", {"A|b=c#d"}},
      {"A='b c'", {"A|b c"}},
      {R"(A='it'\''s')", {"A|it's"}},
      {"A=''", {"A|"}},
      {R"(A="b")", {R"(A|"b")"}},  // not what a shell reads: values are JSON, too
      {"A=b\nno equals", {"line 2: expected NAME=VALUE"}},
      {"=b", {"line 1: expected NAME=VALUE"}},
      {"A='b", {"line 1: a quote is not closed"}},
      {"A='b'c", {"line 1: a quote is not closed"}},
  };
  for (const auto& row : rows) EXPECT_EQ(Lines(row.text), row.entries) << row.text;
}

Result<Bundle> Read(std::string_view text, OtherEntries others = OtherEntries::kAreConnections) {
  const Result<std::vector<EnvEntry>> entries = ParseEnvLines(text);
  EXPECT_TRUE(entries.ok());
  return BundleFromEnv(*entries, others);
}

std::vector<std::string> Names(const Bundle& bundle) {
  std::vector<std::string> names;
  for (const Connection& connection : bundle.connections) names.push_back(connection.name.Full());
  for (const Variable& variable : bundle.variables) {
    names.push_back("var." + variable.key + (variable.is_secret ? " secret" : ""));
  }
  return names;
}

TEST(EnvBundleTest, TellsEntriesApartByTheirPrefix) {
  constexpr std::string_view kText =
      "AIRFLOW_CONN_MY_DB=mysql://u:p@h/s\nPIPELINE_CONN_API={\"conn_type\":\"http\"}\n"
      "AIRFLOW_VAR_REGION=eu\nPIPELINE_VAR_API_TOKEN=t\nPlain=redis://h\n";
  EXPECT_THAT(Names(*Read(kText)), ElementsAre("@mysql.my_db", "@http.api", "@redis.Plain",
                                               "var.region", "var.api_token secret"));
  EXPECT_THAT(Names(*Read("PATH=/bin\nAIRFLOW_CONN_A=mysql://h\n", OtherEntries::kAreIgnored)),
              ElementsAre("@mysql.a"));
}

TEST(EnvBundleTest, AVariableThatHoldsAPasswordIsSecret) {
  EXPECT_THAT(Names(*Read("PIPELINE_VAR_MIRROR=https://u:p@h/\n")),
              ElementsAre("var.mirror secret"));
}

TEST(EnvBundleTest, ErrorsNameTheEntryAndNoValue) {
  for (const char* text : {"AIRFLOW_CONN_A={\"password\":\"canary\"", "AIRFLOW_CONN_A=canary",
                           "AIRFLOW_CONN_A=mysql://u:canary@h:canary"}) {
    const Result<Bundle> bundle = Read(text);
    ASSERT_FALSE(bundle.ok()) << text;
    EXPECT_THAT(bundle.error().message(), HasSubstr("connection a")) << text;
    EXPECT_THAT(bundle.error().message(), Not(HasSubstr("canary"))) << text;
  }
  EXPECT_THAT(Read("AIRFLOW_VAR_A-B=canary").error().message(), Not(HasSubstr("canary")));
}

Connection Database() {
  Connection connection;
  connection.name = {"mysql", "db"};
  connection.fields.push_back({"host", Value::String("h")});
  connection.fields.push_back({"password", Value::String("it's")});
  return connection;
}

std::string Write(const Bundle& bundle, SecretView view) {
  const Result<Secret> text = BundleToEnv(bundle, view);
  return text.ok() ? std::string(text->Reveal()) : text.error().message();
}

TEST(EnvBundleTest, WhatIsWrittenIsReadBack) {
  Bundle bundle;
  bundle.connections.push_back(Database());
  bundle.connections.push_back(Database());
  bundle.connections.back().name.alias = "Other.Name";
  bundle.connections.back().is_default = true;
  bundle.variables.push_back({"k", Secret::CopyOf("a 'b' $c"), "", false, 0});
  const Result<Bundle> again = Read(Write(bundle, SecretView::kRevealed));
  ASSERT_TRUE(again.ok()) << again.error().message();
  ASSERT_EQ(again->connections.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again->connections[i].name, bundle.connections[i].name);
    const Field* password = again->connections[i].FieldNamed("password");
    ASSERT_NE(password, nullptr);
    EXPECT_EQ(password->value, Value::String("it's"));
  }
  EXPECT_TRUE(again->connections[1].is_default);
  EXPECT_EQ(again->variables[0].value.Reveal(), "a 'b' $c");
}

TEST(EnvBundleTest, SecretsAreLeftOutUnlessRevealed) {
  Bundle bundle;
  bundle.connections.push_back(Database());
  bundle.variables.push_back({"t", Secret::CopyOf("canary"), "", true, 0});
  const std::string hidden = Write(bundle, SecretView::kHidden);
  EXPECT_THAT(hidden, HasSubstr("PIPELINE_CONN_DB='"));
  EXPECT_THAT(hidden, Not(HasSubstr("it")));
  EXPECT_THAT(hidden, Not(HasSubstr("canary")));
}

TEST(EnvBundleTest, WhatLinesCannotHoldIsRefused) {
  Bundle two;
  two.connections.push_back(Database());
  two.connections.push_back(Database());
  two.connections.back().name.alias = "DB";
  EXPECT_EQ(Write(two, SecretView::kRevealed),
            "@mysql.db and @mysql.DB both become PIPELINE_CONN_DB");
  Bundle broken;
  broken.variables.push_back({"k", Secret::CopyOf("a\nb"), "", false, 0});
  EXPECT_EQ(Write(broken, SecretView::kRevealed),
            "variable k: has a line break, which a line cannot hold");
}

}  // namespace
}  // namespace injector
