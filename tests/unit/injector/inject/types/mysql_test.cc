#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using testing::ContentOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::JobUnderTest;
using ::testing::Not;
using testing::RemovedNames;
using testing::ValueOf;
using testing::VariableLines;

std::string OptionFile(const char* fields) {
  return ContentOf(JobUnderTest().With("mysql.db", fields).Injected(), "mysql.db/my.cnf");
}

TEST(MysqlTest, SetsWhatTheClientsRead) {
  const Injection injection = JobUnderTest()
                                  .With("mariadb.db", R"({"host": "db.example.com", "port": 3307,
      "user": "app", "password": "p@ss", "dbname": "movies"})")
                                  .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("MYSQL_HOME=<directory of mariadb.db/my.cnf>",
                          "MARIADB_HOME=<directory of mariadb.db/my.cnf>", "MYSQL_PWD=p@ss",
                          "MYSQL_TCP_PORT=3307", "MYSQL_HOST=db.example.com", "MYSQL_USER=app",
                          "DATABASE_URL=mysql://app:p%40ss@db.example.com:3307/movies"));
  EXPECT_EQ(ContentOf(injection, "mariadb.db/my.cnf"),
            "[client]\nhost=\"db.example.com\"\nport=\"3307\"\nprotocol=tcp\nuser=\"app\"\n"
            "password=\"p@ss\"\n[mysql]\ndatabase=\"movies\"\n");
  EXPECT_THAT(RemovedNames(injection),
              AllOf(Contains("MYSQL_TEST_LOGIN_FILE"), Not(Contains("MYSQL_TCP_PORT"))));
}

TEST(MysqlTest, AnInheritedPortIsOfAnotherServerOnceTheHostIsNamed) {
  const auto removed = [](const char* fields) {
    return RemovedNames(JobUnderTest().With("mysql.db", fields).Injected());
  };
  EXPECT_THAT(removed(R"({"host": "h"})"),
              AllOf(Contains("MYSQL_TCP_PORT"), Contains("MYSQL_PWD")));
  EXPECT_THAT(removed(R"({"password": "p"})"), Not(Contains("MYSQL_TCP_PORT")));
}

TEST(MysqlTest, TheCharacterSetIsInFileAndUrl) {
  const char* fields = R"({"host": "h", "extra": {"charset": "utf8mb4", "cursor": "sscursor"}})";
  EXPECT_THAT(OptionFile(fields), HasSubstr("\ndefault-character-set=\"utf8mb4\"\n"));
  EXPECT_EQ(ValueOf(JobUnderTest().With("mysql.db", fields).Injected(), "DATABASE_URL"),
            "mysql://h/?charset=utf8mb4");
}

TEST(MysqlTest, ASocketStandsInTheHostsPlace) {
  const char* fields = R"({"host": "/run/my sql.sock", "port": 3306, "login": "u"})";
  EXPECT_EQ(OptionFile(fields),
            "[client]\nsocket=\"/run/my sql.sock\"\nport=\"3306\"\nuser=\"u\"\n");
  EXPECT_EQ(ValueOf(JobUnderTest().With("mysql.db", fields).Injected(), "DATABASE_URL"),
            "mysql://u@/?unix_socket=%2Frun%2Fmy%20sql.sock");
}

// The escapes that readers of option files know; every other byte stands for itself.
TEST(MysqlTest, EveryByteIsWrittenSoThatItReadsBack) {
  const struct {
    const char* json;
    const char* written;
  } rows[] = {
      {R"(a\"b)", R"("a\"b")"},   {R"(a'b)", R"("a'b")"},     {R"(a\\b)", R"("a\\b")"},
      {R"(a\\)", R"("a\\")"},     {R"(a#b)", R"("a#b")"},     {R"(a b)", R"("a b")"},
      {R"( a )", R"(" a ")"},     {R"(a\nb)", R"("a\nb")"},   {R"(a\rb)", R"("a\rb")"},
      {R"(a\tb)", R"("a\tb")"},   {R"(a\bb)", R"("a\bb")"},   {R"(a\\nb)", R"("a\\nb")"},
      {R"(a\\sb)", R"("a\\sb")"}, {R"(a=b;c)", R"("a=b;c")"}, {R"(\"a\")", R"("\"a\"")"},
      {R"([x])", R"("[x]")"},     {R"(!d)", R"("!d")"},       {R"(ü)", R"("ü")"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(OptionFile((R"({"password": ")" + std::string(row.json) + R"("})").c_str()),
              "[client]\npassword=" + std::string(row.written) + "\n");
  }
}

TEST(MysqlTest, ScrubsThePasswordAsFileAndUrlHoldIt) {
  const Injection injection =
      JobUnderTest().With("mysql.db", R"({"host": "h", "password": "p\"ss"})").Injected();
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("mysql.db.password=p\"ss", "mysql.db.password=\"p\\\"ss\"",
                          "mysql.db.password=p%22ss"));
}

TEST(MysqlTest, WhatNoOptionFileCanHoldIsRefused) {
  for (const std::string& password : {std::string("canary\\u0000"), std::string(5000, 'x')}) {
    const std::string refusal =
        JobUnderTest().With("mysql.db", R"({"password": ")" + password + R"("})").Refusal();
    EXPECT_THAT(refusal, AllOf(HasSubstr("password is too long"), Not(HasSubstr("canary"))));
  }
}

// Its URL would name no host, and clients would connect to this machine.
TEST(MysqlTest, AListOfHostsIsRefused) {
  EXPECT_THAT(JobUnderTest().With("mysql.db", R"({"host": "h1,h2"})").Refusal(),
              HasSubstr("host is a list"));
}

TEST(MysqlTest, ACaTextBecomesAFileThatTheOptionsName) {
  const Injection injection =
      JobUnderTest()
          .With("mysql.db", R"({"ssl_ca": "-----BEGIN CERTIFICATE-----\nc", "schema": "s"})")
          .Injected();
  EXPECT_EQ(ContentOf(injection, "mysql.db/ssl_ca.pem"), "-----BEGIN CERTIFICATE-----\nc\n");
  const auto options =
      std::find_if(injection.files.begin(), injection.files.end(),
                   [](const InjectedFile& file) { return file.name == "mysql.db/my.cnf"; });
  ASSERT_NE(options, injection.files.end());
  EXPECT_EQ(ContentIn(injection, *options, "/run/x").Reveal(),
            "[client]\nssl-ca=\"/run/x/mysql.db/ssl_ca.pem\"\n[mysql]\ndatabase=\"s\"\n");
}

TEST(MysqlTest, ACaPathStaysAPath) {
  EXPECT_EQ(OptionFile(R"({"ssl_ca": "/etc/ca.pem", "charset": "utf8mb4"})"),
            "[client]\ndefault-character-set=\"utf8mb4\"\nssl-ca=\"/etc/ca.pem\"\n");
}

TEST(MysqlTest, AUsersFileThatWouldWinIsNamed) {
  const auto warnings = [](const char* content) {
    return JobUnderTest()
        .With("mysql.db", R"({"host": "h"})")
        .WithUserConfiguration(UserConfigurationKind::kMysqlOptions, "/home/u/.my.cnf", content)
        .Injected()
        .warnings;
  };
  EXPECT_THAT(warnings("[client]\nuser=x\n"),
              ElementsAre("@mysql.db: /home/u/.my.cnf wins over this connection's option file; "
                          "pass --defaults-file=\"$MYSQL_HOME/my.cnf\""));
  EXPECT_THAT(warnings("[mysqldump]\nquick\n"), IsEmpty());
}

TEST(MysqlTest, TwoNeedPrefixes) {
  const char* fields = R"({"host": "h"})";
  EXPECT_THAT(JobUnderTest().With("mysql.a", fields).With("mysql.b", R"({"host": "i"})").Refusal(),
              HasSubstr("give one of them a prefix"));
  const Injection injection =
      JobUnderTest().With("mysql.a", fields, "A_").With("mysql.b", fields, "B_").Injected();
  EXPECT_EQ(ValueOf(injection, "A_MYSQL_HOME"), "<directory of mysql.a/my.cnf>");
  EXPECT_THAT(injection.notes, Contains(HasSubstr("with the prefix A_, mysql")));
}

}  // namespace
}  // namespace injector
