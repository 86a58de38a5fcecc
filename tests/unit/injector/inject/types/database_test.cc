// Databases of which the dialect says what they are, and those in a file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;
using testing::VariableLines;

struct DialectRow {
  const char* fields;
  std::vector<std::string> variables;
};

class DatabaseTest : public ::testing::TestWithParam<DialectRow> {};

TEST_P(DatabaseTest, IsAsTheTypeOfThatDialect) {
  const Injection injection = JobUnderTest().With("database.db", GetParam().fields).Injected();
  EXPECT_THAT(VariableLines(injection), IsSupersetOf(GetParam().variables)) << GetParam().fields;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DatabaseTest,
    ::testing::Values(
        DialectRow{
            R"({"uri": "postgresql+psycopg2://u:p%40%2F@h:5433/d?sslmode=require"})",
            {"PGHOST=h", "PGPORT=5433", "PGDATABASE=d", "PGUSER=u", "PGPASSWORD=p@/",
             "PGSSLMODE=require", "DATABASE_URL=postgresql://u:p%40%2F@h:5433/d?sslmode=require"}},
        DialectRow{R"({"dialect": "postgresql", "host": "h", "user": "u"})",
                   {"PGHOST=h", "PGUSER=u", "DATABASE_URL=postgresql://u@h/"}},
        DialectRow{R"({"uri": "mysql+pymysql://u:p@h/d"})",
                   {"MYSQL_HOST=h", "MYSQL_PWD=p", "DATABASE_URL=mysql://u:p@h/d"}},
        DialectRow{R"({"dialect": "mariadb", "host": "h"})", {"MYSQL_HOST=h"}},
        DialectRow{R"({"dialect": "sqlite3", "path": "a.db"})", {"SQLITE_PATH=a.db"}},
        DialectRow{R"({"uri": "sqlite:////var/a%20b.db"})",
                   {"SQLITE_PATH=/var/a b.db", "DATABASE_URL=sqlite:////var/a%20b.db"}},
        DialectRow{R"({"uri": "postgres://h/d?application_name=x&channel_binding=require"})",
                   {"PGAPPNAME=x", "PGCHANNELBINDING=require"}},
        DialectRow{R"({"uri": "postgres://h/d?ssl=true"})",
                   {"PGSSLMODE=require", "DATABASE_URL=postgresql://h/d?sslmode=require"}},
        DialectRow{R"({"uri": "sqlite:///a.db?mode=ro"})", {"SQLITE_PATH=a.db"}}));

TEST(DatabaseOfAnyDialectTest, ScrubsThePasswordOfTheUrlInEveryForm) {
  const Injection injection =
      JobUnderTest().With("database.db", R"({"uri": "postgres://u:p%40%2f@h/"})").Injected();
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("database.db.uri=p%40%2f", "database.db.uri=p@/",
                          "database.db.password=p%40%2F"));
  for (const InjectedVariable& variable : injection.variables) {
    const bool holds_it = variable.name == "PGPASSWORD" || variable.name == "DATABASE_URL";
    EXPECT_EQ(variable.secret, holds_it) << variable.name;
  }
}

TEST(DatabaseOfAnyDialectTest, AUrlThatIsExemptIsExemptInEveryForm) {
  Connection connection =
      testing::MakeConnection("database.db", R"({"uri": "postgres://u:p%40@h/"})");
  connection.no_scrub = {"uri"};
  EXPECT_TRUE(JobUnderTest().With(std::move(connection)).Injected().scrub_values.empty());
}

TEST(DatabaseOfAnyDialectTest, TheUrlIsOfferedAsTheConnectionsUri) {
  const Injection injection = JobUnderTest()
                                  .With("database.db", R"({"uri": "mysql://h/d"})")
                                  .WithFieldVariables()
                                  .Injected();
  EXPECT_EQ(ValueOf(injection, "CONN_DB_URI"), "mysql://h/d");
}

// Whatever reads the URL knows more parameters than we do.
TEST(DatabaseOfAnyDialectTest, EveryParameterIsCarriedOn) {
  for (const char* uri :
       {"mysql://h/d?charset=utf8&ssl-mode=REQUIRED", "mysql://h/d?ssl_ca=%2Fetc%2Fca.pem",
        "sqlite:///a.db?mode=ro&cache=shared", "postgresql://u:p@h/d?pgbouncer=true&a%26b=c%3Dd",
        "postgresql://h/d?sslmode=verify-full&application_name=my%20job&sslrootcert=%2Fca.pem",
        "postgresql://u@/d?host=%2Frun%2Fpostgresql&connect_timeout=3"}) {
    const Injection injection =
        JobUnderTest().With("database.db", R"({"uri": ")" + std::string(uri) + "\"}").Injected();
    EXPECT_EQ(ValueOf(injection, "DATABASE_URL"), uri);
    EXPECT_THAT(injection.warnings, ::testing::IsEmpty()) << uri;
  }
}

TEST(DatabaseOfAnyDialectTest, ASecretParameterIsScrubbedAsTheUrlHoldsIt) {
  const Injection injection =
      JobUnderTest()
          .With("database.db", R"({"uri": "postgres://h/d?sslpassword=p%40ss&x=1"})")
          .Injected();
  EXPECT_THAT(
      testing::ScrubLines(injection.scrub_values),
      IsSupersetOf({"database.db.extra.sslpassword=p@ss", "database.db.extra.sslpassword=p%40ss"}));
  EXPECT_TRUE(injection.variables.back().secret);
}

struct RefusedRow {
  const char* fields;
  const char* says;
};

TEST(DatabaseOfAnyDialectTest, SaysWhatIsWrong) {
  for (const RefusedRow& row :
       {RefusedRow{R"({"host": "canary"})", "dialect is missing"},
        RefusedRow{R"({"dialect": "canary"})", "dialect is none of"},
        RefusedRow{R"({"uri": "oracle://canary@h"})", "uri begins with none of"},
        RefusedRow{R"({"uri": "postgres://canary%@h"})", "uri cannot be read"},
        RefusedRow{R"({"uri": "sqlite://canary"})", "uri is not sqlite:///PATH"}}) {
    EXPECT_THAT(JobUnderTest().With("database.db", row.fields).Refusal(),
                AllOf(HasSubstr(row.says), Not(HasSubstr("canary"))));
  }
}

TEST(SqliteTest, ThePathStandsAloneAndInAUrl) {
  for (const auto& [path, url] :
       {std::pair("data/a.db", "sqlite:///data/a.db"), std::pair("/a.db", "sqlite:////a.db"),
        std::pair("a?b#c%.db", "sqlite:///a%3Fb%23c%25.db")}) {
    const std::string fields = R"({"path": ")" + std::string(path) + R"("})";
    EXPECT_THAT(
        VariableLines(JobUnderTest().With("sqlite.db", fields).Injected()),
        ElementsAre("SQLITE_PATH=" + std::string(path), "DATABASE_URL=" + std::string(url)));
  }
  EXPECT_THAT(JobUnderTest().With("sqlite.db", "{}").Refusal(), HasSubstr("path is missing"));
}

}  // namespace
}  // namespace injector
