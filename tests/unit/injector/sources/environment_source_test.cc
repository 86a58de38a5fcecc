#include "injector/sources/environment_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/model/model_fixtures.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

EnvironmentSource SourceOf(const std::vector<std::string>& entries) {
  std::vector<Secret> environment;
  for (const std::string& entry : entries) environment.push_back(Secret::CopyOf(entry));
  return EnvironmentSource(environment);
}

FetchRequest Asking(const std::vector<std::string>& references,
                    const std::vector<std::string>& keys = {}) {
  FetchRequest request;
  for (const std::string& reference : references) {
    request.connections.push_back({.reference = Reference::Parse(reference).value()});
  }
  for (const std::string& key : keys) request.variables.push_back({.key = key});
  return request;
}

std::string Described(const Result<Connection>& connection) {
  if (!connection.ok()) return connection.error().message();
  return connection->name.Full() + (connection->is_default ? " default " : " ") +
         ToJson(connection->fields);
}

// "@type.alias {fields}", or the error.
std::string Found(const std::vector<std::string>& entries, const std::string& reference) {
  EnvironmentSource source = SourceOf(entries);
  const Result<SourceAnswer> answer = source.Fetch(Asking({reference}));
  if (!answer.ok()) return answer.error().message();
  return Described(answer->connections[0]);
}

struct Row {
  const char* name;
  std::vector<std::string> environment;
  std::string reference;
  std::string expected;
};

class EnvironmentSourceTest : public testing::TestWithParam<Row> {};

TEST_P(EnvironmentSourceTest, FindsByNameOrNot) {
  EXPECT_EQ(Found(GetParam().environment, GetParam().reference), GetParam().expected);
}

const std::string kUri = "mysql://u:p@h:3306/d";
const std::string kFields = R"({"host":"h","port":3306,"login":"u","password":"p","schema":"d"})";

const Row kRows[] = {
    {"ByTypeAndAlias", {"PIPELINE_CONN_MYSQL_DB=" + kUri}, "@mysql.db", "@mysql.db " + kFields},
    {"ByAlias", {"PIPELINE_CONN_DB=" + kUri}, "@mysql.db", "@mysql.db " + kFields},
    {"TypeAndAliasComesFirst",
     {"PIPELINE_CONN_DB=" + kUri, R"(PIPELINE_CONN_MYSQL_DB={"host": "typed"})"},
     "@mysql.db",
     R"(@mysql.db {"host":"typed"})"},
    {"BareName", {"PIPELINE_CONN_DB=" + kUri}, "db", "@mysql.db " + kFields},
    {"BareNameOfATypedVariable", {"PIPELINE_CONN_MYSQL_DB=" + kUri}, "db", "@mysql.db " + kFields},
    {"DefaultOfAType",
     {"PIPELINE_CONN_MYSQL_DEFAULT=" + kUri},
     "@mysql",
     "@mysql.default default " + kFields},
    {"Punctuation", {"PIPELINE_CONN_MY_TYPE_A_B_C={}"}, "@my-type.a.b-c", "@my-type.a.b-c {}"},
    {"JsonConfig",
     {R"(PIPELINE_CONN_API={"token": "t", "n": 1})"},
     "api",
     R"(@generic.api {"token":"t","n":1})"},
    {"JsonTakesTheTypeAskedFor",
     {R"(PIPELINE_CONN_API={"token": "t"})"},
     "@http.api",
     R"(@http.api {"token":"t"})"},
    {"JsonEnvelope",
     {R"(PIPELINE_CONN_API={"type": "http", "fields": {"token": "t"}})"},
     "api",
     R"(@http.api {"token":"t"})"},
    {"AirflowJson",
     {R"(PIPELINE_CONN_DB={"conn_type": "mysql", "host": "h"})"},
     "db",
     R"(@mysql.db {"host":"h"})"},
    {"SynonymOfTheType",
     {"PIPELINE_CONN_DB=postgres://h"},
     "@postgresql.db",
     R"(@postgresql.db {"host":"h"})"},
    {"EmptyCountsAsNotSet", {"PIPELINE_CONN_DB="}, "db", "no connection db"},
    {"FirstOfANameCounts",
     {"PIPELINE_CONN_DB=mysql://one", "PIPELINE_CONN_DB=mysql://two"},
     "db",
     R"(@mysql.db {"host":"one"})"},
    {"NotThere", {"DB=" + kUri}, "db", "no connection db"},

    {"TypeAmongTheFields",
     {R"(PIPELINE_CONN_DB={"type": "mysql", "host": "h"})"},
     "db",
     "PIPELINE_CONN_DB: its type stands among its fields"},
    {"FieldThatIsCalledType",
     {R"(PIPELINE_CONN_ACCOUNT={"type": "service_account"})"},
     "account",
     R"(@generic.account {"type":"service_account"})"},
    {"UntypedVariableOfAnotherType",
     {"PIPELINE_CONN_DB=" + kUri},
     "@postgres.db",
     "PIPELINE_CONN_DB: holds a connection of another type than postgres"},
    {"DefaultOfAnotherType",
     {"PIPELINE_CONN_DEFAULT=" + kUri},
     "@postgres",
     "PIPELINE_CONN_DEFAULT: holds a connection of another type than postgres"},
    {"TypedVariableOfAnotherType",
     {"PIPELINE_CONN_POSTGRES_DB=" + kUri},
     "@postgres.db",
     "PIPELINE_CONN_POSTGRES_DB: holds a connection of another type than postgres"},
    {"TwoTypesOfOneBareName",
     {"PIPELINE_CONN_MYSQL_DB=" + kUri, "PIPELINE_CONN_REDIS_DB=redis://h"},
     "db",
     "environment: PIPELINE_CONN_MYSQL_DB and PIPELINE_CONN_REDIS_DB are both set for db"},
};

INSTANTIATE_TEST_SUITE_P(Rows, EnvironmentSourceTest, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(EnvironmentSource, ErrorsNameTheVariableAndNothingOfItsValue) {
  for (const char* text :
       {"swordfish", "mysql://u:swordfish%zz@h", R"({"password": "swordfish")", R"(["swordfish"])",
        R"({"conn_type": "a b", "password": "swordfish"})", "mysql://u:swordfish@h:port"}) {
    const std::string message = Found({std::string("PIPELINE_CONN_DB=") + text}, "db");
    EXPECT_THAT(message, HasSubstr("PIPELINE_CONN_DB: ")) << text;
    EXPECT_THAT(message, Not(HasSubstr("swordfish"))) << text;
  }
}

TEST(EnvironmentSource, VariablesAreSecretByName) {
  EnvironmentSource source = SourceOf({"PIPELINE_VAR_API_TOKEN=t", "PIPELINE_VAR_REGION=eu"});
  const SourceAnswer answer = source.Fetch(Asking({}, {"api_token", "region", "none"})).value();
  EXPECT_EQ(answer.variables[0]->value.Reveal(), "t");
  EXPECT_TRUE(answer.variables[0]->is_secret);
  EXPECT_FALSE(answer.variables[1]->is_secret);
  EXPECT_EQ(answer.variables[2].error().message(), "no variable none");
}

TEST(EnvironmentSource, TwoNamesThatFoldToOneVariableAreAConflict) {
  struct Clash {
    std::vector<std::string> references;
    std::vector<std::string> keys;
    std::string variable;
  };
  for (const Clash& clash : {
           Clash{{"@mysql.a-b", "@mysql.a_b"}, {}, "PIPELINE_CONN_MYSQL_A_B"},
           Clash{{"@a.b-c", "@a-b.c"}, {}, "PIPELINE_CONN_A_B_C"},
           Clash{{"mysql_db", "@mysql.db"}, {}, "PIPELINE_CONN_MYSQL_DB"},
           Clash{{"DB", "db"}, {}, "PIPELINE_CONN_DB"},
           Clash{{"@mysql.db", "@postgres.db"}, {}, "PIPELINE_CONN_DB"},
           Clash{{}, {"token", "TOKEN"}, "PIPELINE_VAR_TOKEN"},
       }) {
    EnvironmentSource source = SourceOf({clash.variable + "={}"});
    const Result<SourceAnswer> answer = source.Fetch(Asking(clash.references, clash.keys));
    const Error error = answer.ok() ? answer->connections.back().error() : answer.error();
    EXPECT_EQ(error.code(), ErrorCode::kConflict);
    EXPECT_THAT(error.message(), HasSubstr(clash.variable));
    // As long as the variable is not set, nothing is unclear.
    EXPECT_TRUE(SourceOf({}).Fetch(Asking(clash.references, clash.keys)).ok());
  }
}

// A template asks for every reading of its paths: {{ conn.a.b.c }} for a.b, @a.b and a.
TEST(EnvironmentSource, WhatIsOnlyAReadingIsPassedOver) {
  struct Reading {
    std::vector<std::string> references;
    std::string variable;
    std::vector<std::string> found;
  };
  const std::string mine = R"({"host":"h"})";
  for (const Reading& row : {
           Reading{{"db.a", "@db.a", "db"},
                   "PIPELINE_CONN_A=" + kUri,
                   {"no connection db.a", "no connection @db.a", "no connection db"}},
           Reading{{"db", "app.db", "@app.db"},
                   "PIPELINE_CONN_DB=" + mine,
                   {"@generic.db " + mine, "no connection app.db", "no connection @app.db"}},
           // In whatever order they are asked for.
           Reading{{"@app.db", "db"},
                   "PIPELINE_CONN_DB=" + mine,
                   {"no connection @app.db", "@generic.db " + mine}},
           Reading{{"app.db", "@app.db", "app"},
                   "PIPELINE_CONN_DB=" + mine,
                   {"no connection app.db", "@app.db " + mine, "no connection app"}},
           Reading{{"db"},
                   "PIPELINE_CONN_DB=mysql://h:port",
                   {"PIPELINE_CONN_DB: connection URI: the port must be a number from 1 to 65535"}},
       }) {
    FetchRequest request = Asking(row.references);
    for (ConnectionRequest& one : request.connections) one.presence = Presence::kOptional;
    const Result<SourceAnswer> answer = SourceOf({row.variable}).Fetch(request);
    ASSERT_TRUE(answer.ok()) << answer.error().message();
    std::vector<std::string> found;
    for (const Result<Connection>& one : answer->connections) found.push_back(Described(one));
    EXPECT_EQ(found, row.found);
  }
}

TEST(EnvironmentSource, WarnsWhereNothingSaysTheType) {
  struct Said {
    std::string variable;
    std::string reference;
    bool warns;
  };
  for (const Said& row : {
           Said{"PIPELINE_CONN_DB={}", "db", true},
           Said{"PIPELINE_CONN_DB={}", "@mysql.db", false},
           Said{"PIPELINE_CONN_MYSQL_DB={}", "db", false},
           Said{R"(PIPELINE_CONN_DB={"type": "generic", "fields": {}})", "db", false},
           Said{"PIPELINE_CONN_DB=generic://h", "db", false},
       }) {
    const SourceAnswer answer = SourceOf({row.variable}).Fetch(Asking({row.reference})).value();
    std::string said;
    for (const std::string& warning : answer.warnings) said += warning;
    EXPECT_EQ(said.starts_with("PIPELINE_CONN_DB: says no type"), row.warns) << row.variable;
    EXPECT_EQ(said.empty(), !row.warns) << said;
  }
}

TEST(EnvironmentSource, ARequiredOneComesBeforeAReading) {
  FetchRequest request = Asking({"db", "@app.db"});
  request.connections[0].presence = Presence::kOptional;
  const SourceAnswer answer = SourceOf({"PIPELINE_CONN_DB={}"}).Fetch(request).value();
  EXPECT_EQ(Described(answer.connections[0]), "no connection db");
  EXPECT_EQ(Described(answer.connections[1]), "@app.db {}");
}

TEST(EnvironmentSource, OneConnectionMayBeAskedForTwice) {
  EnvironmentSource source = SourceOf({"PIPELINE_CONN_DB=" + kUri});
  EXPECT_TRUE(source.Fetch(Asking({"db", "@mysql.db", "db"})).ok());
}

TEST(EnvironmentSource, ListsWithoutSecrets) {
  EnvironmentSource source =
      SourceOf({"PIPELINE_CONN_MYSQL_MAIN=" + kUri, "PIPELINE_VAR_API_TOKEN=t", "OTHER=x"});
  const SourceListing listing = source.List().value();
  ASSERT_EQ(listing.connections.size(), 1U);
  EXPECT_EQ(listing.connections[0].name.Full(), "@mysql.main");
  EXPECT_THAT(listing.connections[0].secret_fields, testing::ElementsAre("password"));
  EXPECT_THAT(ToJson(listing.connections[0].fields), Not(HasSubstr("password")));
  ASSERT_EQ(listing.variables.size(), 1U);
  EXPECT_EQ(listing.variables[0].key, "api_token");
  EXPECT_EQ(listing.variables[0].value, "");
}

}  // namespace
}  // namespace injector
