#include "injector/inject/types/jdbc_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using testing::JobUnderTest;
using testing::MakeConnection;
using testing::ValueOf;

struct Row {
  const char* name;
  const char* fields;
  const char* url;  // empty: there is none
};

class JdbcUrlTest : public ::testing::TestWithParam<Row> {};

TEST_P(JdbcUrlTest, IsPutTogether) {
  const auto url = JdbcUrl(MakeConnection(GetParam().name, GetParam().fields));
  ASSERT_TRUE(url.ok()) << url.error().message();
  EXPECT_EQ(*url ? (*url)->text.Reveal() : "", GetParam().url) << GetParam().fields;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, JdbcUrlTest,
    ::testing::Values(
        Row{"postgresql.a",
            R"({"host": "db.example.com", "port": 5433, "user": "a b", "password": "p&=+%/?#",
                "dbname": "d/1", "sslmode": "require", "options": "-c x=1"})",
            "jdbc:postgresql://db.example.com:5433/d%2F1?user=a%20b&password=p%26%3D%2B%25%2F%3F%23"
            "&sslmode=require&options=-c%20x%3D1"},
        Row{"postgres.a", R"({"host": "::1", "password": "p"})",
            "jdbc:postgresql://[::1]/?password=p"},
        Row{"postgres.a", R"({"host": "h"})", "jdbc:postgresql://h/"},
        Row{"mariadb.a", R"({"host": "h", "login": "u", "password": "p", "schema": "m"})",
            "jdbc:mysql://h/m?user=u&password=p"},
        Row{"sqlite.a", R"({"path": "/data/a b.db"})", "jdbc:sqlite:/data/a b.db"},
        Row{"database.a", R"({"dialect": "postgresql", "host": "h"})", "jdbc:postgresql://h/"},
        Row{"database.a", R"({"dialect": "sqlite3", "path": "x"})", "jdbc:sqlite:x"},
        Row{"database.a", R"({"uri": "postgresql://u:p@h/d"})", ""},
        Row{"postgres.a", R"({"host": "/run/postgresql"})", ""},
        Row{"postgres.a", R"({"host": "a,b"})", ""}, Row{"postgres.a", R"({"host": "h?x=1"})", ""},
        Row{"postgres.a", R"({"schema": "d"})", ""}, Row{"sqlite.a", R"({"path": "a?b"})", ""},
        Row{"redis.a", R"({"host": "h"})", ""}, Row{"generic.a", R"({"host": "h"})", ""}));

TEST(JdbcUrlOnRequestTest, IsSecretAsThePasswordIs) {
  const auto with = JdbcUrl(MakeConnection("postgres.a", R"({"host": "h", "password": "p"})"));
  EXPECT_TRUE((*with)->secret);
  EXPECT_EQ((*with)->field, "password");
  const auto without = JdbcUrl(MakeConnection("postgres.a", R"({"host": "h"})"));
  EXPECT_FALSE((*without)->secret);
}

TEST(JdbcUrlOnRequestTest, ComesWithTheFields) {
  const char* const fields = R"({"host": "h", "password": "p"})";
  EXPECT_EQ(ValueOf(JobUnderTest().With("postgres.a", fields).Injected(), "CONN_A_JDBC_URL"),
            "(unset)");
  JobUnderTest job;
  job.With("postgres.a", fields).WithFieldVariables();
  EXPECT_EQ(ValueOf(job.Injected(), "CONN_A_JDBC_URL"), "jdbc:postgresql://h/?password=p");
}

TEST(JdbcUrlOnRequestTest, ComesUnderTheNameThatAJobFileGives) {
  const Connection connection = MakeConnection("postgres.a", R"({"host": "h", "password": "p"})");
  const Connection other = MakeConnection("redis.b", R"({"host": "h"})");
  InjectionRequest request;
  request.connections.push_back({.connection = &connection,
                                 .prefix = "",
                                 .field_variables = {{"SPRING_DATASOURCE_URL", "jdbc_url"}}});
  const auto injection = BuildInjection(request);
  ASSERT_TRUE(injection.ok()) << injection.error().message();
  EXPECT_EQ(ValueOf(*injection, "SPRING_DATASOURCE_URL"), "jdbc:postgresql://h/?password=p");

  request.connections[0].connection = &other;
  const auto refused = BuildInjection(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message(),
            "@redis.b: jdbc_url is missing, which SPRING_DATASOURCE_URL is to hold");
}

TEST(JdbcUrlOnRequestTest, AFieldOfThatNameIsMeantFirst) {
  JobUnderTest job;
  job.With("postgres.a", R"({"host": "h", "jdbc_url": "mine"})").WithFieldVariables();
  EXPECT_EQ(ValueOf(job.Injected(), "CONN_A_JDBC_URL"), "mine");
}

}  // namespace
}  // namespace injector
