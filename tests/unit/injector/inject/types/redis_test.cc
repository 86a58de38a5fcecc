#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;
using testing::VariableLines;

TEST(RedisTest, SetsWhatRedisCliReadsAndAUrl) {
  const Injection injection =
      JobUnderTest()
          .With("redis.cache", R"({"host": "r.example.com", "port": 6380, "username": "app",
                                   "password": "p@ss:w/rd", "db": 2})")
          .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("REDIS_HOST=r.example.com", "REDIS_PORT=6380", "REDIS_USER=app",
                          "REDIS_DB=2", "REDISCLI_AUTH=p@ss:w/rd",
                          "REDIS_URL=redis://app:p%40ss%3Aw%2Frd@r.example.com:6380/2"));
  EXPECT_THAT(
      testing::ScrubLines(injection.scrub_values),
      ElementsAre("redis.cache.password=p@ss:w/rd", "redis.cache.password=p%40ss%3Aw%2Frd"));
  EXPECT_THAT(injection.notes,
              Contains(HasSubstr("redis-cli -h \"$REDIS_HOST\" -p \"$REDIS_PORT\"")));
}

TEST(RedisTest, ScriptsGetThePartsOfTheUrl) {
  const Injection injection =
      JobUnderTest().With("redis.cache", R"({"host": "h", "tls": true})").Injected();
  EXPECT_THAT(VariableLines(injection), ElementsAre("REDIS_HOST=h", "REDIS_PORT=6379",
                                                    "REDIS_TLS=true", "REDIS_URL=rediss://h/"));
}

TEST(RedisTest, OnlyTheUrlAndThePasswordAreSecret) {
  const Injection injection =
      JobUnderTest()
          .With("redis.cache", R"({"host": "h", "login": "u", "password": "canary", "db": 1})")
          .Injected();
  for (const InjectedVariable& variable : injection.variables) {
    const bool secret = variable.name == "REDIS_URL" || variable.name == "REDISCLI_AUTH";
    EXPECT_EQ(variable.secret, secret) << variable.name;
  }
}

TEST(RedisTest, TheTypeOfATlsUrlMeansTls) {
  const auto url = [](const char* fields) {
    return ValueOf(JobUnderTest().With("rediss.cache", fields).Injected(), "REDIS_URL");
  };
  EXPECT_EQ(url(R"({"host": "h", "extra": {"protocol": "3"}})"), "rediss://h/?protocol=3");
  EXPECT_EQ(url(R"({"host": "h", "tls": false})"), "redis://h/");
}

struct UrlRow {
  const char* fields;
  const char* url;
};

class RedisUrlTest : public ::testing::TestWithParam<UrlRow> {};

TEST_P(RedisUrlTest, IsPutTogether) {
  const Injection injection = JobUnderTest().With("redis.cache", GetParam().fields).Injected();
  EXPECT_EQ(ValueOf(injection, "REDIS_URL"), GetParam().url) << GetParam().fields;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RedisUrlTest,
    ::testing::Values(UrlRow{R"({"host": "h"})", "redis://h/"},
                      UrlRow{R"({"host": "h", "password": "p"})", "redis://default:p@h/"},
                      UrlRow{R"({"host": "h", "tls": true})", "rediss://h/"},
                      UrlRow{R"({"host": "h", "ssl": "true", "schema": "0"})", "rediss://h/0"},
                      UrlRow{R"({"host": "h", "tls": false})", "redis://h/"},
                      UrlRow{R"({"host": "::1", "port": 1})", "redis://[::1]:1/"}));

TEST(RedisTest, AnInheritedPasswordDoesNotGoToAServerWithoutOne) {
  const Injection injection = JobUnderTest().With("redis.cache", R"({"host": "h"})").Injected();
  EXPECT_THAT(testing::RemovedNames(injection),
              ElementsAre("REDIS_USER", "REDIS_DB", "REDIS_TLS", "REDISCLI_AUTH"));
}

TEST(RedisTest, SaysWhatIsWrong) {
  for (const UrlRow& row : {UrlRow{R"({"password": "canary"})", "host is missing"},
                            UrlRow{R"({"host": "canary:1"})", "host is not a host name"},
                            UrlRow{R"({"host": "/canary"})", "host is a path"},
                            UrlRow{R"({"host": "a,canary"})", "host is a list"},
                            UrlRow{R"({"host": "h", "port": "canary"})", "port is not a TCP port"},
                            UrlRow{R"({"host": "h", "db": "canary"})", "db is not the number"},
                            UrlRow{R"({"host": "h", "tls": "canary"})", "tls is neither"}}) {
    EXPECT_THAT(JobUnderTest().With("redis.cache", row.fields).Refusal(),
                AllOf(HasSubstr(row.url), Not(HasSubstr("canary"))));
  }
}

TEST(RedisTest, TwoServersNeedAPrefix) {
  EXPECT_THAT(JobUnderTest()
                  .With("redis.a", R"({"host": "a"})")
                  .With("redis.b", R"({"host": "b"})")
                  .Refusal(),
              AllOf(HasSubstr("REDIS_HOST"), HasSubstr("-c @redis.b=B_")));
}

}  // namespace
}  // namespace injector
