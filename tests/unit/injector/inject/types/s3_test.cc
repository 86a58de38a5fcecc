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

TEST(S3Test, SetsWhatTheAwsToolsAndRcloneRead) {
  const Injection injection = JobUnderTest()
                                  .With("s3.my-store", R"({
      "access_key_id": "AKIA", "secret_access_key": "wJalr", "region": "eu-central-1",
      "schema": "artifacts", "endpoint": "http://127.0.0.1:9000"})")
                                  .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1",
                          "AWS_ENDPOINT_URL_S3=http://127.0.0.1:9000", "AWS_ACCESS_KEY_ID=AKIA",
                          "AWS_SECRET_ACCESS_KEY=wJalr", "S3_BUCKET=artifacts",
                          "RCLONE_CONFIG_MY_STORE_TYPE=s3", "RCLONE_CONFIG_MY_STORE_PROVIDER=Other",
                          "RCLONE_CONFIG_MY_STORE_ACCESS_KEY_ID=AKIA",
                          "RCLONE_CONFIG_MY_STORE_SECRET_ACCESS_KEY=wJalr",
                          "RCLONE_CONFIG_MY_STORE_REGION=eu-central-1",
                          "RCLONE_CONFIG_MY_STORE_ENDPOINT=http://127.0.0.1:9000"));
  EXPECT_THAT(testing::RemovedNames(injection), Contains("AWS_SESSION_TOKEN"));
}

TEST(S3Test, WithoutAnEndpointItIsAmazon) {
  const Injection injection = JobUnderTest().With("s3.b", R"({"bucket": "artifacts"})").Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("S3_BUCKET=artifacts", "RCLONE_CONFIG_B_TYPE=s3",
                          "RCLONE_CONFIG_B_PROVIDER=AWS"));
}

TEST(S3Test, WithARoleRcloneTakesTheProfileToo) {
  const Injection injection = JobUnderTest()
                                  .With("s3.b", R"({"access_key_id": "AKIA",
      "secret_access_key": "wJalr", "role_arn": "arn:aws:iam::1:role/r"})")
                                  .Injected();
  EXPECT_EQ(ValueOf(injection, "AWS_PROFILE"), "b");
  EXPECT_EQ(ValueOf(injection, "RCLONE_CONFIG_B_ENV_AUTH"), "true");
  EXPECT_THAT(VariableLines(injection), Not(Contains(HasSubstr("wJalr"))));
}

TEST(S3Test, SecretsAreSecretUnderBothNames) {
  const Injection injection =
      JobUnderTest()
          .With("s3.b", R"({"access_key_id": "AKIA", "secret_access_key": "wJalr"})")
          .Injected();
  for (const InjectedVariable& variable : injection.variables) {
    EXPECT_EQ(variable.secret, variable.text.Reveal() == "wJalr") << variable.name;
  }
}

}  // namespace
}  // namespace injector
