#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;
using testing::VariableLines;

TEST(PostgresTest, SetsWhatLibpqReads) {
  const Injection injection = JobUnderTest()
                                  .With("postgresql.db", R"({
      "host": "db.example.com", "port": 5433, "user": "app", "password": "p@ss/w:rd?",
      "dbname": "movies", "extra": {"sslmode": "require", "options": "-c search_path=x"}})")
                                  .Injected();
  EXPECT_THAT(
      VariableLines(injection),
      ElementsAre("PGHOST=db.example.com", "PGPORT=5433", "PGDATABASE=movies", "PGUSER=app",
                  "PGPASSWORD=p@ss/w:rd?", "PGSSLMODE=require", "PGOPTIONS=-c search_path=x",
                  "DATABASE_URL=postgresql://app:p%40ss%2Fw%3Ard%3F@db.example.com:5433/movies"
                  "?sslmode=require&options=-c%20search_path%3Dx"));
  EXPECT_THAT(testing::RemovedNames(injection),
              ElementsAre("PGHOSTADDR", "PGSERVICE", "PGPASSFILE", "PGSSLCERT", "PGSSLKEY"));
}

TEST(PostgresTest, AnInheritedPortIsOfAnotherServerOnceTheHostIsNamed) {
  const auto removed = [](const char* fields) {
    return testing::RemovedNames(JobUnderTest().With("postgres.db", fields).Injected());
  };
  EXPECT_THAT(removed(R"({"host": "h"})"), Contains("PGPORT"));
  EXPECT_THAT(removed(R"({"password": "p"})"), Not(Contains("PGPORT")));
}

TEST(PostgresTest, AnInheritedPasswordDoesNotGoToAServerWithoutOne) {
  EXPECT_THAT(
      testing::RemovedNames(JobUnderTest().With("postgres.db", R"({"host": "h"})").Injected()),
      ::testing::IsSupersetOf({"PGPASSWORD", "PGPASSFILE"}));
}

TEST(PostgresTest, WhatIsNoPortIsRefused) {
  for (const char* fields : {R"({"host": "h", "port": 0})", R"({"host": "h", "port": -1})",
                             R"({"host": "h", "port": 65536})", R"({"host": "h", "port": "abc"})",
                             R"({"host": "h", "port": "1,2"})", R"({"host": "a,b", "port": "1,"})",
                             R"({"port": "5432 "})"}) {
    EXPECT_THAT(JobUnderTest().With("postgres.db", fields).Refusal(),
                HasSubstr("port is not a TCP port, 1 to 65535"))
        << fields;
  }
}

TEST(PostgresTest, AHostWithItsPortIsRefused) {
  for (const char* host : {"db:5432", "::1]:5432/x", "a:b:c", ":"}) {
    const std::string refusal =
        JobUnderTest().With("postgres.db", R"({"host": ")" + std::string(host) + R"("})").Refusal();
    EXPECT_THAT(refusal, HasSubstr("host is not a host name or an IPv6 address")) << host;
  }
}

TEST(PostgresTest, ScrubsThePasswordAlsoAsTheUrlHoldsIt) {
  const Injection injection =
      JobUnderTest().With("postgres.db", R"({"host": "h", "password": "p@ss"})").Injected();
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("postgres.db.password=p@ss", "postgres.db.password=p%40ss"));
  EXPECT_TRUE(injection.variables.back().secret);
}

struct UrlRow {
  const char* fields;
  const char* url;
};

class PostgresUrlTest : public ::testing::TestWithParam<UrlRow> {};

TEST_P(PostgresUrlTest, IsPutTogether) {
  const Injection injection = JobUnderTest().With("postgres.db", GetParam().fields).Injected();
  EXPECT_EQ(ValueOf(injection, "DATABASE_URL"), GetParam().url) << GetParam().fields;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PostgresUrlTest,
    ::testing::Values(
        UrlRow{R"({"host": "h"})", "postgresql://h/"},
        UrlRow{R"({"schema": "d"})", "postgresql:///d"},
        UrlRow{R"({"schema": "d", "port": 5433})", "postgresql:///d?port=5433"},
        UrlRow{R"({"host": "h", "schema": "d/e"})", "postgresql://h/d%2Fe"},
        UrlRow{R"({"host": "h", "login": "u"})", "postgresql://u@h/"},
        UrlRow{R"({"host": "::1", "port": 5432})", "postgresql://[::1]:5432/"},
        UrlRow{R"({"host": "fe80::1%eth0"})", "postgresql://[fe80::1%25eth0]/"},
        UrlRow{R"({"host": "/run/postgresql", "port": 5432, "schema": "d", "login": "u"})",
               "postgresql://u@/d?host=%2Frun%2Fpostgresql&port=5432"},
        UrlRow{R"({"host": "a,b", "port": "1,2"})", "postgresql:///?host=a%2Cb&port=1%2C2"},
        UrlRow{R"({"host": "h", "extra": {"keepalives": 1, "iam": true, "cursor": "dictcursor",
                                          "none": null, "map": {"a": "b"}}, "note": "mine"})",
               "postgresql://h/?keepalives=1"},
        UrlRow{R"({"host": "h", "application_name": "a b", "sslcert": "/c.pem",
                   "sslkey": "-----BEGIN PRIVATE KEY-----\nk"})",
               "postgresql://h/?application_name=a%20b&sslcert=%2Fc.pem"},
        UrlRow{R"({"host": "h", "ssl": "false"})", "postgresql://h/"},
        UrlRow{R"({"password": "only"})", "(unset)"},
        UrlRow{R"({"host": "h", "login": "ü"})", "postgresql://%C3%BC@h/"}));

TEST(PostgresTest, PemTextsBecomeFilesAndPathsStayPaths) {
  const Injection injection =
      JobUnderTest()
          .With("postgres.db",
                R"({"sslrootcert": "system", "sslcert": "-----BEGIN CERTIFICATE-----\nc",
                    "sslkey": "-----BEGIN PRIVATE KEY-----\nk\n"})")
          .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("PGSSLROOTCERT=system", "PGSSLCERT=<path of postgres.db/sslcert.pem>",
                          "PGSSLKEY=<path of postgres.db/sslkey.pem>"));
  EXPECT_EQ(testing::ContentOf(injection, "postgres.db/sslcert.pem"),
            "-----BEGIN CERTIFICATE-----\nc\n");
  EXPECT_EQ(testing::ContentOf(injection, "postgres.db/sslkey.pem"),
            "-----BEGIN PRIVATE KEY-----\nk\n");
}

TEST(PostgresTest, APemTextWithANulByteIsRefused) {
  const std::string refusal =
      JobUnderTest()
          .With("postgres.db", R"({"sslkey": "-----BEGIN PRIVATE KEY-----\u0000canary\n"})")
          .Refusal();
  EXPECT_THAT(refusal, HasSubstr("sslkey holds a NUL byte"));
  EXPECT_THAT(refusal, Not(HasSubstr("canary")));
}

TEST(PostgresTest, APrefixIsSaidToHideTheVariables) {
  const Injection injection =
      JobUnderTest().With("postgres.db", R"({"host": "h"})", "MOVIES_").Injected();
  EXPECT_EQ(ValueOf(injection, "MOVIES_PGHOST"), "h");
  EXPECT_THAT(testing::RemovedNames(injection), Contains("MOVIES_PGSERVICE"));
  EXPECT_THAT(injection.notes, Contains(HasSubstr("with the prefix MOVIES_, psql")));
}

TEST(PostgresTest, TwoSpellingsThatDisagreeAreNamed) {
  const std::string refusal =
      JobUnderTest().With("postgres.db", R"({"user": "canary1", "login": "canary2"})").Refusal();
  EXPECT_THAT(refusal, HasSubstr("user"));
  EXPECT_THAT(refusal, Not(HasSubstr("canary")));
}

}  // namespace
}  // namespace injector
