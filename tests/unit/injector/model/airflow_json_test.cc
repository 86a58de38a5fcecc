#include "injector/model/airflow_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_fixtures.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AirflowJson, Reads) {
  struct Row {
    const char* json;
    const char* fields;
  };
  const Row rows[] = {
      {R"({"conn_type":"x"})", "{}"},
      {R"({"conn_type":"x","port":"","extra":"","host":""})", "{}"},
      {R"({"conn_type":"x","port":null,"extra":null,"host":null})", "{}"},
      {R"({"conn_type":"x","port":5432,"schema":"s","host":"h","password":"p","login":"l"})",
       R"({"host":"h","port":5432,"login":"l","password":"p","schema":"s"})"},
      {R"({"conn_type":"x","extra":{"b":[1],"a":null}})", R"({"extra":{"b":[1],"a":null}})"},
      {R"({"conn_type":"x","extra":"{\"b\": 1.10}"})", R"({"extra":{"b":1.10}})"},
  };
  for (const Row& row : rows) {
    const Result<Connection> connection = ConnectionFromAirflowJson(FromJson(row.json));
    ASSERT_TRUE(connection.ok()) << row.json << ": " << connection.error().message();
    EXPECT_EQ(ToJson(connection->fields), row.fields) << row.json;
  }
}

TEST(AirflowJson, RefusesWithoutEchoing) {
  struct Row {
    const char* json;
    const char* message;
  };
  const Row rows[] = {
      {R"("zqx1")", "expected an object"},
      {R"({"host":"zqx1"})", "conn_type is missing"},
      {R"({"conn_type":"zqx1 "})", "the connection type must be"},
      {R"({"conn_type":7})", "conn_type must be a string"},
      {R"({"conn_type":"x","password":17171})", "password must be a string"},
      {R"({"conn_type":"x","zqx1":"zqx1"})", "a member that is none of Airflow's"},
      {R"({"conn_type":"x","port":0})", "the port must be"},
      {R"({"conn_type":"x","port":65536})", "the port must be"},
      {R"({"conn_type":"x","port":1.5})", "the port must be"},
      {R"({"conn_type":"x","port":true})", "the port must be"},
      {R"({"conn_type":"x","extra":"zqx1"})", "extra: line 1, column 1"},
      {R"({"conn_type":"x","extra":"[1]"})", "extra must hold an object"},
      {R"({"conn_type":"x","extra":[1]})", "extra must hold an object"},
      {R"({"conn_type":"x","description":1})", "description must be a string"},
  };
  for (const Row& row : rows) {
    const Result<Connection> connection = ConnectionFromAirflowJson(FromJson(row.json));
    ASSERT_FALSE(connection.ok()) << row.json;
    EXPECT_THAT(connection.error().message(), HasSubstr(row.message)) << row.json;
    EXPECT_THAT(connection.error().message(), Not(HasSubstr("zqx1"))) << row.json;
    EXPECT_THAT(connection.error().message(), Not(HasSubstr("17171"))) << row.json;
  }
}

TEST(AirflowJson, WritesAnyConnection) {
  Connection connection = ConnectionOf(
      "postgresql", R"({"user":"u","port":"5432","database":"d","sslmode":"require"})");
  connection.description = "text";
  const Result<Value> json = AirflowJsonOf(connection);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(ToJson(*json),
            R"({"conn_type":"postgres","description":"text","port":5432,"login":"u","schema":"d",)"
            R"("extra":{"sslmode":"require"}})");
  const Result<Connection> again = ConnectionFromAirflowJson(*json);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->description, "text");
}

}  // namespace
}  // namespace injector
