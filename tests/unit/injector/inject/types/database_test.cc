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
        DialectRow{R"({"uri": "sqlite:///a.db?mode=ro"})", {"DATABASE_URL=sqlite:///a.db"}}));

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

TEST(DatabaseOfAnyDialectTest, ParametersThatAreNotCarriedOnAreNamed) {
  const auto warnings = [](const char* uri) {
    return JobUnderTest()
        .With("database.db", R"({"uri": ")" + std::string(uri) + "\"}")
        .Injected()
        .warnings;
  };
  EXPECT_THAT(warnings("mysql://h/d?ssl-mode=REQUIRED&charset=utf8"),
              ElementsAre("@database.db: uri: nothing is made of its parameter ssl-mode"));
  EXPECT_THAT(warnings("sqlite:///a.db?mode=ro"), ElementsAre(HasSubstr("its parameters")));
  EXPECT_THAT(warnings("postgres://u:p@h/d?sslmode=require"), ::testing::IsEmpty());
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
