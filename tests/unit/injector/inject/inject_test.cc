#include "injector/inject/inject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/inject/types/translators.h"
#include "injector/model/catalogue.h"
#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::JobUnderTest;
using ::testing::Not;
using testing::ValueOf;
using testing::VariableLines;

TEST(InjectTest, NothingAskedForIsNothingInjected) {
  EXPECT_THAT(VariableLines(JobUnderTest().Injected()), IsEmpty());
}

TEST(InjectTest, TwoConnectionsThatDisagreeAreBothNamedWithThePrefixThatHelps) {
  const std::string refusal = JobUnderTest()
                                  .With("postgres.one", R"({"password": "canary1"})")
                                  .With("postgres.two-b", R"({"password": "canary2"})")
                                  .Refusal();
  EXPECT_THAT(refusal, AllOf(HasSubstr("variable PGPASSWORD: @postgres.one and @postgres.two-b"),
                             HasSubstr("-c @postgres.two-b=TWO_B_"), Not(HasSubstr("canary"))));
}

TEST(InjectTest, EqualWishesAreOneWish) {
  EXPECT_THAT(VariableLines(JobUnderTest()
                                .With("generic.a", R"({"token": "same", "x": "1"})")
                                .With("generic.b", R"({"token": "same", "y": "2"})")
                                .WithVariable("token", "same")
                                .Injected()),
              ElementsAre("TOKEN=same", "X=1", "Y=2"));
}

TEST(InjectTest, AWishIsSecretWhenOneOfItsOwnersSaysSo) {
  const Injection injection =
      JobUnderTest().WithVariable("pin", "1234").WithSecretVariable("PIN", "1234").Injected();
  ASSERT_EQ(injection.variables.size(), 1u);
  EXPECT_TRUE(injection.variables[0].secret);
}

TEST(InjectTest, AConnectionAndAVariableThatDisagreeAreBothNamed) {
  const std::string refusal = JobUnderTest()
                                  .With("generic.a", R"({"region": "eu"})")
                                  .WithVariable("region", "us")
                                  .Refusal();
  EXPECT_THAT(refusal, AllOf(HasSubstr("@generic.a and variable region"),
                             HasSubstr("--variable region=NAME")));
}

TEST(InjectTest, APrefixLetsTwoOfOneTypeLiveTogether) {
  const Injection injection = JobUnderTest()
                                  .With("postgres.one", R"({"host": "a"})")
                                  .With("postgres.two", R"({"host": "b"})", "TWO_")
                                  .Injected();
  EXPECT_EQ(ValueOf(injection, "PGHOST"), "a");
  EXPECT_EQ(ValueOf(injection, "TWO_PGHOST"), "b");
  EXPECT_EQ(ValueOf(injection, "TWO_DATABASE_URL"), "postgresql://b/");
}

TEST(InjectTest, APrefixThatCannotBeginANameIsRefused) {
  for (const char* prefix : {"1_", "A-", "A=", "\xC3\xA9"}) {
    EXPECT_THAT(JobUnderTest().With("postgres.a", "{}", prefix).Refusal(), HasSubstr("prefix"))
        << prefix;
  }
}

TEST(InjectTest, ANulByteIsNamedAndNotInjected) {
  EXPECT_THAT(JobUnderTest().With("generic.a", R"({"token": "canary\u0000x"})").Refusal(),
              AllOf(HasSubstr("TOKEN holds a NUL byte"), Not(HasSubstr("canary"))));
}

// execve(2) would end the value there without a word.
TEST(InjectTest, ANulByteIsRefusedWhereverATextComesFrom) {
  using namespace std::string_view_literals;
  EXPECT_THAT(JobUnderTest().WithVariable("mode", "canary\0x"sv).Refusal(),
              AllOf(HasSubstr("variable mode: the value for MODE holds a NUL byte"),
                    Not(HasSubstr("canary"))));
  EXPECT_THAT(JobUnderTest().With("aws.a", R"({"region": "canary\u0000x"})").Refusal(),
              AllOf(HasSubstr("@aws.a: the value for AWS_REGION holds"), Not(HasSubstr("canary"))));
  EXPECT_THAT(JobUnderTest().With("http.a", R"({"host": "h", "token": "\u0000"})").Refusal(),
              HasSubstr("token holds a control character"));
}

TEST(InjectTest, VariablesAreUpperCasedUnlessNamed) {
  const Injection injection = JobUnderTest()
                                  .WithVariable("api_url", "u")
                                  .WithVariable("region", "eu", "AWS_REGION")
                                  .WithVariable("mode", "m", "app_mode")
                                  .WithSecretVariable("api_token", "t")
                                  .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("API_URL=u", "AWS_REGION=eu", "app_mode=m", "API_TOKEN=t"));
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values), ElementsAre("var.api_token=t"));
  EXPECT_FALSE(injection.variables[0].secret);
  EXPECT_TRUE(injection.variables[3].secret);
}

TEST(InjectTest, WhatIsSecretInAReadableVariableIsScrubbed) {
  const Injection injection =
      JobUnderTest().WithVariable("db_url", "postgres://app:CANARY@db/x").Injected();
  ASSERT_EQ(injection.variables.size(), 1U);
  EXPECT_TRUE(injection.variables[0].secret);
  ASSERT_EQ(injection.scrub_values.size(), 1U);
  EXPECT_EQ(injection.scrub_values[0].name, "var.db_url");
  EXPECT_EQ(injection.scrub_values[0].value.Reveal(), "CANARY");
}

TEST(InjectTest, AVariableCannotSteerTheJobWhateverItIsNamed) {
  EXPECT_THAT(JobUnderTest().WithVariable("path", "canary").Refusal(),
              AllOf(HasSubstr("variable path: would set PATH"), Not(HasSubstr("canary"))));
  EXPECT_THAT(JobUnderTest().WithVariable("x", "y", "LD_PRELOAD").Refusal(),
              HasSubstr("LD_PRELOAD"));
  EXPECT_THAT(JobUnderTest().WithVariable("x", "y", "a-b").Refusal(), HasSubstr("\"a-b\""));
}

TEST(InjectTest, FieldVariablesCarryEveryFieldAndTheUri) {
  const Injection injection =
      JobUnderTest()
          .With("postgres.my-db", R"({"host": "h", "password": "p", "extra": {"a": [1, 2]}})")
          .WithFieldVariables()
          .Injected();
  EXPECT_EQ(ValueOf(injection, "CONN_MY_DB_HOST"), "h");
  EXPECT_EQ(ValueOf(injection, "CONN_MY_DB_PASSWORD"), "p");
  EXPECT_EQ(ValueOf(injection, "CONN_MY_DB_EXTRA"), R"({"a":[1,2]})");
  EXPECT_EQ(ValueOf(injection, "CONN_MY_DB_EXTRA_A_1"), "2");
  EXPECT_EQ(ValueOf(injection, "CONN_MY_DB_URI"), "postgresql://:p@h/");
  EXPECT_TRUE(injection.variables.back().secret);
}

TEST(InjectTest, FieldVariablesBearThePrefix) {
  const Injection injection =
      JobUnderTest().With("generic.x", R"({"ab": "1"})", "P_").WithFieldVariables().Injected();
  EXPECT_THAT(VariableLines(injection), ElementsAre("P_AB=1", "P_CONN_X_AB=1"));
}

TEST(InjectTest, TheUsersOwnLoginsThatAreCarriedOnAreScrubbed) {
  const Injection injection =
      JobUnderTest()
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p"})")
          .WithUserConfiguration(UserConfigurationKind::kDockerConfig, "/h/.docker/config.json",
                                 R"({"auths": {"x.io": {"auth": "dTpodW50ZXIy"}},
                                     "currentContext": "plain"})")
          .WithUserConfiguration(UserConfigurationKind::kAwsCredentials, "/h/.aws/credentials",
                                 "[d]\naws_access_key_id = ID\naws_secret_access_key = wJalr\n")
          .Injected();
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("env.docker config.json=dTpodW50ZXIy", "env.docker config.json=hunter2",
                          "env.docker config.json=u:hunter2", "env.aws credentials=wJalr",
                          "docker.a.password=p", "docker.a.password=dTpw"));
}

// No value of a connection or variable may be in an error, whatever its type and whatever is wrong.
TEST(InjectTest, NoErrorHoldsAValue) {
  const std::vector<std::string> breaking = {R"(\u0000)", R"(\n)", " ", ":", "#", "/", "\\\""};
  int refusals = 0;
  for (const TypeInfo& type : KnownTypes()) {
    for (const std::string& before : breaking) {
      std::string fields;
      for (const FieldInfo& field : type.fields) {
        fields += (fields.empty() ? "\"" : ", \"") + std::string(field.name) + "\": \"" + before +
                  "canary" + before + "\"";
      }
      const std::string name = std::string(type.name) + ".x";
      const std::string refusal = JobUnderTest()
                                      .With(name, "{" + fields + "}")
                                      .With(name, R"({"password": "canary2", "token": "canary3"})")
                                      .WithVariable("key", "canary4")
                                      .WithVariable("KEY", "canary5")
                                      .Refusal();
      EXPECT_THAT(refusal, Not(HasSubstr("canary"))) << type.name;
      refusals += refusal == "(not refused)" ? 0 : 1;
    }
  }
  EXPECT_GT(refusals, 0);
}

TEST(InjectTest, EveryRowOfTheTableIsATypeOfTheCatalogue) {
  for (std::string_view type : {"api_key", "aws", "docker", "generic", "http", "postgres"}) {
    EXPECT_EQ(TranslatorFor(type).type, type);
    EXPECT_EQ(TypeInfoFor(type).name, type);
  }
  EXPECT_EQ(TranslatorFor("postgresql").type, "postgres");
  EXPECT_EQ(TranslatorFor("nobody-knows").type, "generic");
}

}  // namespace
}  // namespace injector
