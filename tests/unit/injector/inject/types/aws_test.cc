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

constexpr const char* kRole = R"({"access_key_id": "AKIA", "secret_access_key": "wJalr",
                                  "region": "eu-central-1", "role_arn": "arn:aws:iam::1:role/r"})";

TEST(AwsTest, SetsKeysAndBothNamesOfTheRegion) {
  const Injection injection = JobUnderTest()
                                  .With("aws.prod", R"({
      "access_key_id": "AKIA", "secret_access_key": "wJalr", "session_token": "tok",
      "region": "eu-central-1", "endpoint_url": "http://127.0.0.1:9000"})")
                                  .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1",
                          "AWS_ENDPOINT_URL=http://127.0.0.1:9000", "AWS_ACCESS_KEY_ID=AKIA",
                          "AWS_SECRET_ACCESS_KEY=wJalr", "AWS_SESSION_TOKEN=tok"));
  EXPECT_THAT(
      RemovedNames(injection),
      AllOf(Not(Contains("AWS_SESSION_TOKEN")), Contains("AWS_PROFILE"),
            Contains("AWS_WEB_IDENTITY_TOKEN_FILE"), Contains("AWS_CREDENTIAL_EXPIRATION")));
}

TEST(AwsTest, ReadsTheFieldsOfAnAirflowConnection) {
  const Injection injection = JobUnderTest()
                                  .With("aws.prod", R"({"login": "AKIA", "password": "wJalr",
                                "extra": {"region_name": "eu-west-1"}})")
                                  .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1",
                          "AWS_ACCESS_KEY_ID=AKIA", "AWS_SECRET_ACCESS_KEY=wJalr"));
}

TEST(AwsTest, AnInheritedSessionTokenDoesNotSurviveBesideStaticKeys) {
  const Injection injection =
      JobUnderTest()
          .With("aws.prod", R"({"access_key_id": "AKIA", "secret_access_key": "wJalr"})")
          .Injected();
  EXPECT_THAT(RemovedNames(injection),
              AllOf(Contains("AWS_SESSION_TOKEN"), Not(Contains("AWS_ACCESS_KEY_ID"))));
}

TEST(AwsTest, ARegionAloneRemovesNoCredentials) {
  EXPECT_THAT(RemovedNames(JobUnderTest().With("aws.x", R"({"region": "eu-west-1"})").Injected()),
              IsEmpty());
}

TEST(AwsTest, ARoleBecomesAProfileWithASource) {
  const Injection injection = JobUnderTest().With("aws.prod", kRole).Injected();
  EXPECT_EQ(ValueOf(injection, "AWS_PROFILE"), "prod");
  EXPECT_EQ(ValueOf(injection, "AWS_CONFIG_FILE"), "<path of aws/config>");
  EXPECT_EQ(ValueOf(injection, "AWS_SHARED_CREDENTIALS_FILE"), "<path of aws/credentials>");
  EXPECT_EQ(ContentOf(injection, "aws/config"),
            "[profile prod]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = prod-source\n"
            "region = eu-central-1\n");
  EXPECT_EQ(ContentOf(injection, "aws/credentials"),
            "[prod-source]\naws_access_key_id = AKIA\naws_secret_access_key = wJalr\n");
  // Keys in the environment would be used in place of the profile.
  EXPECT_EQ(ValueOf(injection, "AWS_ACCESS_KEY_ID"), "(unset)");
  EXPECT_THAT(RemovedNames(injection), Contains("AWS_ACCESS_KEY_ID"));
}

TEST(AwsTest, ARoleProfileReplacesTheUsersOfThatNameAndKeepsTheRest) {
  const Injection injection =
      JobUnderTest()
          .With("aws.prod", kRole)
          .WithUserConfiguration(UserConfigurationKind::kAwsConfig, "/home/u/.aws/config",
                                 "[default]\nregion = us-east-1\n[profile prod]\nregion = x\n")
          .WithUserConfiguration(UserConfigurationKind::kAwsCredentials, "/home/u/.aws/credentials",
                                 "[prod]\naws_access_key_id = OLD\n[default]\nx = mine")
          .Injected();
  EXPECT_THAT(ContentOf(injection, "aws/config"),
              AllOf(HasSubstr("[default]\nregion = us-east-1\n[profile prod]\nrole_arn"),
                    Not(HasSubstr("region = x"))));
  EXPECT_EQ(ContentOf(injection, "aws/credentials"),
            "[default]\nx = mine\n[prod-source]\naws_access_key_id = AKIA\n"
            "aws_secret_access_key = wJalr\n");
}

TEST(AwsTest, TheDefaultProfileHasNoKeyword) {
  EXPECT_THAT(ContentOf(JobUnderTest().With("aws.default", kRole).Injected(), "aws/config"),
              HasSubstr("[default]\nrole_arn"));
}

TEST(AwsTest, KeysOfOneConnectionAndARoleOfAnotherContradict) {
  const std::string refusal =
      JobUnderTest()
          .With("aws.prod", kRole)
          .With("aws.dev", R"({"access_key_id": "AKIB", "secret_access_key": "canary"})")
          .Refusal();
  EXPECT_THAT(refusal, AllOf(HasSubstr("AWS_ACCESS_KEY_ID"), HasSubstr("@aws.prod"),
                             HasSubstr("-c @aws.dev=DEV_")));
}

struct RefusedRow {
  const char* fields;
  const char* error;
};

class AwsRefusalTest : public ::testing::TestWithParam<RefusedRow> {};

TEST_P(AwsRefusalTest, NamesTheFieldAndNoValue) {
  const std::string refusal = JobUnderTest().With("aws.x", GetParam().fields).Refusal();
  EXPECT_THAT(refusal, HasSubstr(GetParam().error));
  EXPECT_THAT(refusal, Not(HasSubstr("canary")));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, AwsRefusalTest,
    ::testing::Values(
        RefusedRow{R"({"access_key_id": "canary"})", "secret_access_key is missing"},
        RefusedRow{R"({"secret_access_key": "canary"})", "access_key_id is missing"},
        RefusedRow{R"({"role_arn": "canary"})", "role_arn needs"},
        RefusedRow{R"({"delivery": "canary"})", "delivery is not static"},
        RefusedRow{R"({"access_key_id": "a", "secret_access_key": "canary\nx", "role_arn": "r"})",
                   "secret_access_key holds white space"},
        RefusedRow{R"({"access_key_id": "a", "secret_access_key": "s", "role_arn": "canary #"})",
                   "role_arn holds white space"},
        RefusedRow{R"({"access_key_id": "canary\r[b]", "secret_access_key": "s", "role_arn": "r"})",
                   "access_key_id holds white space"},
        RefusedRow{R"({"access_key_id": "a", "secret_access_key": "s\u0000canary",
                       "role_arn": "r"})",
                   "secret_access_key holds white space"},
        RefusedRow{R"({"access_key_id": "a", "secret_access_key": "s", "role_arn": "r",
                       "external_id": "x\ncanary"})",
                   "external_id holds white space"},
        RefusedRow{R"({"access_key_id": "a", "secret_access_key": ";canary", "role_arn": "r"})",
                   "secret_access_key begins with"}));

TEST(AwsTest, ByEndpointTheJobHoldsNoKeys) {
  const Injection injection =
      JobUnderTest()
          .WithEndpoint("http://127.0.0.1:4711/v1/credentials", "endpoint-canary")
          .With("aws.prod", R"({"access_key_id": "AKIA", "secret_access_key": "key-canary",
                                "region": "eu-1", "delivery": "endpoint"})")
          .Injected();
  EXPECT_THAT(
      testing::VariableLines(injection),
      ::testing::ElementsAre(
          "AWS_REGION=eu-1", "AWS_DEFAULT_REGION=eu-1",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:4711/v1/credentials/aws/prod",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN=endpoint-canary",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=<path of aws.prod/endpoint-token>"));
  EXPECT_EQ(testing::ContentOf(injection, "aws.prod/endpoint-token"), "endpoint-canary");
  const auto removed = testing::RemovedNames(injection);
  for (const char* winner : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                             "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"}) {
    EXPECT_THAT(removed, ::testing::Contains(winner));
  }
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ::testing::IsSupersetOf(
                  {"aws.prod.secret_access_key=key-canary", "aws.prod.delivery=endpoint-canary"}));
}

TEST(AwsTest, AnEndpointThatNobodyHasIsSaid) {
  EXPECT_THAT(JobUnderTest()
                  .With("aws.prod", R"({"access_key_id": "AKIA", "secret_access_key": "canary",
                                        "delivery": "endpoint"})")
                  .Refusal(),
              ::testing::HasSubstr("no source here has one"));
}

}  // namespace
}  // namespace injector
