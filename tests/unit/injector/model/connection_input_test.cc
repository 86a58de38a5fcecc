#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/connection_json.h"
#include "model_fixtures.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ConnectionInput, TakesTheConfigAlone) {
  for (const char* json : {"{}", R"({"host":"h","port":1})", R"({"name":"n","type":"t"})",
                           R"({"config":{"a":1},"other":2})", R"({"config":"text"})",
                           R"({"config":{"a":1},"fields":{"b":2}})"}) {
    const Result<ConnectionInput> input = ParseConnectionInput(FromJson(json));
    ASSERT_TRUE(input.ok()) << json;
    EXPECT_EQ(ToJson(input->fields), json);
    EXPECT_FALSE(input->alias || input->type || input->secret_fields || input->is_default);
  }
}

TEST(ConnectionInput, TakesAnEnvelope) {
  for (const char* config : {"config", "fields"}) {
    const std::string json = R"({"name":"n","type":"t","default":true,"description":"d",)"
                             R"("version":2,"secretFields":["a"],"noScrub":["b"],)"
                             R"("expiresAt":"e",")" +
                             std::string(config) + R"(":{"a":1}})";
    const Result<ConnectionInput> input = ParseConnectionInput(FromJson(json));
    ASSERT_TRUE(input.ok()) << input.error().message();
    EXPECT_EQ(ToJson(input->fields), R"({"a":1})");
    EXPECT_EQ(input->alias, "n");
    EXPECT_EQ(input->type, "t");
    EXPECT_EQ(input->is_default, true);
    EXPECT_EQ(input->description, "d");
    EXPECT_EQ(input->version, 2U);
    EXPECT_EQ(input->expires_at, "e");
    EXPECT_EQ(input->secret_fields, std::vector<std::string>{"a"});
    EXPECT_EQ(input->no_scrub, std::vector<std::string>{"b"});
  }
}

TEST(ConnectionInput, TakesAirflowsJson) {
  const Result<ConnectionInput> input = ParseConnectionInput(
      FromJson(R"({"conn_type":"postgresql","login":"u","extra":"{\"a\":1}","description":"d"})"));
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(input->type, "postgres");
  EXPECT_EQ(input->description, "d");
  EXPECT_EQ(ToJson(input->fields), R"({"login":"u","extra":{"a":1}})");
}

TEST(ConnectionInput, UnfoldsExtraThatIsText) {
  const Result<ConnectionInput> input =
      ParseConnectionInput(FromJson(R"({"host":"h","extra":"{\"a\":1}","other":"{\"a\":1}"})"));
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(ToJson(input->fields), R"({"host":"h","extra":{"a":1},"other":"{\"a\":1}"})");
  const char* plain = R"({"extra":"text"})";
  EXPECT_EQ(ToJson(ParseConnectionInput(FromJson(plain))->fields), plain);
}

TEST(ConnectionInput, NamesTheWrongMemberAndNotItsValue) {
  struct Row {
    const char* json;
    const char* message;
  };
  const Row rows[] = {
      {R"("zqx1")", "connection: expected a JSON object"},
      {R"({"config":{},"name":["zqx1"]})", "name: expected a string"},
      {R"({"config":{},"secretFields":"zqx1"})", "secretFields: expected a list of field names"},
      {R"({"config":{},"secretFields":[{"zqx1":1}]})", "secretFields: expected a list"},
      {R"({"config":{},"default":"zqx1"})", "default: expected true or false"},
      {R"({"config":{},"version":-1})", "version: expected a whole number"},
      {R"({"config":{},"version":1.5})", "version: expected a whole number"},
      {R"({"conn_type":"x","port":"zqx1"})", "the port must be"},
      {R"({"type":"t","config":{},"zqx1":1})", "an unknown member beside type"},
  };
  for (const Row& row : rows) {
    const Result<ConnectionInput> input = ParseConnectionInput(FromJson(row.json));
    ASSERT_FALSE(input.ok()) << row.json;
    EXPECT_THAT(input.error().message(), HasSubstr(row.message)) << row.json;
    EXPECT_THAT(input.error().message(), Not(HasSubstr("zqx1"))) << row.json;
  }
}

TEST(ConnectionInput, IsBoundedInFields) {
  std::vector<Value::Member> members;
  for (int i = 0; i <= 1000; ++i) members.push_back({"f" + std::to_string(i), Value()});
  EXPECT_FALSE(ParseConnectionInput(Value::Map(std::move(members))).ok());
}

ConnectionInput InputOf(const char* json) {
  Result<ConnectionInput> input = ParseConnectionInput(FromJson(json));
  EXPECT_TRUE(input.ok()) << json;
  return std::move(input).value();
}

TEST(ApplyInput, ChangesOnlyWhatIsGiven) {
  struct Row {
    const char* base;
    const char* input;
    const char* result;
  };
  const Row rows[] = {
      {R"({"host":"a","port":1})", R"({"host":"b"})", R"({"host":"b","port":1})"},
      {R"({"host":"a"})", R"({"port":1})", R"({"host":"a","port":1})"},
      {R"({"host":"a","port":1})", R"({"host":null})", R"({"port":1})"},
      {R"({"host":"a"})", R"({"port":null})", R"({"host":"a"})"},
      {R"({"a":1,"login":"x","b":2})", R"({"user":"y"})", R"({"a":1,"user":"y","b":2})"},
      {R"({"login":"x","b":2,"user":"x"})", R"({"username":"y"})", R"({"username":"y","b":2})"},
      {R"({"extra":{"a":1}})", R"({"extra":{"b":2}})", R"({"extra":{"b":2}})"},
      {R"({"extra":{"sslmode":"a","b":1}})", R"({"sslmode":"c"})",
       R"({"extra":{"b":1},"sslmode":"c"})"},
      {R"({"extra":{"sslmode":"a"}})", R"({"sslmode":"c"})", R"({"sslmode":"c"})"},
      {R"({"extra":{"sslmode":"a"}})", R"({"sslmode":null})", "{}"},
      {R"({"sslmode":"a","user":"u"})", R"({"extra":{"sslmode":"c","login":"v"}})",
       R"({"extra":{"sslmode":"c","login":"v"}})"},
      {"{}", R"({"sslmode":"a","extra":{"sslmode":"b"}})",
       R"({"sslmode":"a","extra":{"sslmode":"b"}})"},
  };
  for (const Row& row : rows) {
    Connection base = ConnectionOf("postgres", row.base);
    base.description = "kept";
    base.secret_fields = {"kept"};
    const Connection result = ApplyInput(std::move(base), InputOf(row.input));
    EXPECT_EQ(ToJson(result.fields), row.result) << row.base << row.input;
    EXPECT_EQ(result.description, "kept");
    EXPECT_EQ(result.secret_fields, std::vector<std::string>{"kept"});
  }
}

TEST(ApplyInput, TakesTheShownShapeBack) {
  Connection original = ConnectionOf("postgres", R"({"host":"h","password":"p"})");
  original.description = "d";
  original.is_default = true;
  original.version = 4;
  original.no_scrub = {"host"};
  const Value shown = ConnectionToJson(original, SecretView::kRevealed);
  const Connection again = ApplyInput(Connection(), *ParseConnectionInput(shown));
  EXPECT_EQ(ToJson(ConnectionToJson(again, SecretView::kRevealed)), ToJson(shown));
}

}  // namespace
}  // namespace injector
