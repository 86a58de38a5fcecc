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
using testing::VariableLines;

TEST(SnowflakeTest, SetsWhatSnowReads) {
  EXPECT_THAT(VariableLines(JobUnderTest()
                                .With("snowflake.dw", R"({"account": "a-b", "user": "u",
                                      "password": "p", "role": "r", "warehouse": "w",
                                      "database": "d", "schema": "s"})")
                                .Injected()),
              ElementsAre("SNOWFLAKE_ACCOUNT=a-b", "SNOWFLAKE_USER=u", "SNOWFLAKE_PASSWORD=p",
                          "SNOWFLAKE_ROLE=r", "SNOWFLAKE_WAREHOUSE=w", "SNOWFLAKE_DATABASE=d",
                          "SNOWFLAKE_SCHEMA=s"));
}

TEST(SnowflakeTest, AKeyIsAFileAndTakesThePlaceOfAPassword) {
  const Injection injection =
      JobUnderTest()
          .With("snowflake.dw",
                R"({"account": "a", "private_key": "-----BEGIN PRIVATE KEY-----\nk"})")
          .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("SNOWFLAKE_ACCOUNT=a", "SNOWFLAKE_AUTHENTICATOR=SNOWFLAKE_JWT",
                          "SNOWFLAKE_PRIVATE_KEY_PATH=<path of snowflake.dw/private_key.pem>"));
  EXPECT_THAT(testing::RemovedNames(injection), Contains("SNOWFLAKE_PASSWORD"));
  EXPECT_THAT(JobUnderTest()
                  .With("snowflake.dw",
                        R"({"account": "a", "private_key": "canary", "password": "canary"})")
                  .Refusal(),
              AllOf(HasSubstr("private_key is there beside password"), Not(HasSubstr("canary"))));
  EXPECT_THAT(JobUnderTest().With("snowflake.dw", "{}").Refusal(), HasSubstr("account is missing"));
}

}  // namespace
}  // namespace injector
