#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;

struct UriRow {
  const char* fields;
  const char* uri;
};

class MongodbUriTest : public ::testing::TestWithParam<UriRow> {};

TEST_P(MongodbUriTest, IsPutTogether) {
  const Injection injection = JobUnderTest().With("mongodb.db", GetParam().fields).Injected();
  EXPECT_EQ(ValueOf(injection, "MONGODB_URI"), GetParam().uri) << GetParam().fields;
  ASSERT_EQ(injection.variables.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, MongodbUriTest,
    ::testing::Values(
        UriRow{R"({"host": "h"})", "mongodb://h/"},
        UriRow{R"({"host": "h", "port": 27018, "login": "u@v", "password": "p:/?#[]@",
                   "schema": "movies", "user_database": "admin", "tls": true})",
               "mongodb://u%40v:p%3A%2F%3F%23%5B%5D%40@h:27018/movies?authSource=admin&tls=true"},
        UriRow{R"({"host": "a:1,b:2", "port": 3})", "mongodb://a:1,b:2/"},
        UriRow{R"({"host": "::1", "login": "u", "password": "p"})", "mongodb://u:p@[::1]/"},
        UriRow{R"({"host": "[::1]:2,b", "tls": "false"})", "mongodb://[::1]:2,b/?tls=false"},
        UriRow{R"({"host": "cluster.example.com", "srv": true, "port": 1, "login": "u",
                   "password": "p"})",
               "mongodb+srv://u:p@cluster.example.com/"},
        UriRow{R"({"host": "h", "extra": {"replicaSet": "rs0", "authSource": "admin", "tls": "true",
                                          "appName": "a b", "allow_insecure": "false"}})",
               "mongodb://h/?authSource=admin&tls=true&replicaSet=rs0&appName=a%20b"},
        UriRow{R"({"uri": "mongodb+srv://u:p%40@h/?w=majority", "host": "ignored"})",
               "mongodb+srv://u:p%40@h/?w=majority"}));

TEST(MongodbTest, ScrubsThePasswordInEveryForm) {
  EXPECT_THAT(testing::ScrubLines(JobUnderTest()
                                      .With("mongodb.db", R"({"host": "h", "login": "u",
                                                      "password": "p@"})")
                                      .Injected()
                                      .scrub_values),
              ElementsAre("mongodb.db.password=p@", "mongodb.db.password=p%40"));
  const Injection injection =
      JobUnderTest().With("mongodb.db", R"({"uri": "mongodb://u:p%40@h/"})").Injected();
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("mongodb.db.uri=p%40", "mongodb.db.uri=p@"));
  EXPECT_TRUE(injection.variables[0].secret);
}

TEST(MongodbTest, SaysWhatIsWrong) {
  for (const UriRow& row :
       {UriRow{R"({"login": "canary"})", "host is missing"},
        UriRow{R"({"host": "h", "password": "canary"})", "login is missing beside password"},
        UriRow{R"({"host": "canary/x"})", "host is not a list of hosts"},
        UriRow{R"({"host": "canary,"})", "host is not a list of hosts"},
        UriRow{R"({"host": "h:canary"})", "host is not a list of hosts"},
        UriRow{R"({"host": "h", "port": "27017@canary"})", "port is not a TCP port"},
        UriRow{R"({"host": "h", "tls": "canary"})", "tls is neither true nor false"},
        UriRow{R"({"uri": "https://canary@h/"})", "uri begins with neither mongodb://"},
        UriRow{R"({"uri": "mongodb://canary\n@h/"})", "uri holds a control character"}}) {
    EXPECT_THAT(JobUnderTest().With("mongodb.db", row.fields).Refusal(),
                AllOf(HasSubstr(row.uri), Not(HasSubstr("canary"))));
  }
}

}  // namespace
}  // namespace injector
