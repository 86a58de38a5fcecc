#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/inject/types/translators.h"
#include "injector/model/catalogue.h"
#include "tests/unit/injector/inject/job_under_test.h"

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::JobUnderTest;
using testing::VariableLines;

TEST(GenericTest, EachFieldBecomesAVariableInUpperCase) {
  const Injection injection = JobUnderTest()
                                  .With("generic.app", R"({
      "api_token": "t", "Port": 8080, "ratio": 1.10, "on": true, "empty": "", "none": null,
      "list": [1, "a"], "map": {"k": {"v": null}}})")
                                  .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("API_TOKEN=t", "PORT=8080", "RATIO=1.10", "ON=true",
                          "EMPTY=", R"(LIST=[1,"a"])", R"(MAP={"k":{"v":null}})"));
}

TEST(GenericTest, AnUnknownTypeActsAsGeneric) {
  EXPECT_THAT(VariableLines(JobUnderTest().With("acme-crm.x", R"({"key": "v"})").Injected()),
              ElementsAre("KEY=v"));
}

// A field `pwd` is a password, not the directory that the job runs in.
TEST(GenericTest, NoFieldBecomesANameOfTheSession) {
  for (const char* name : {"pwd", "OldPwd", "term", "lines"}) {
    const std::string fields = "{\"" + std::string(name) + "\":\"v\"}";
    EXPECT_THAT(JobUnderTest().With("generic.app", fields).Refusal(),
                ::testing::AllOf(HasSubstr("would set"), HasSubstr("which is refused"),
                                 HasSubstr("-c @generic.app=APP_")))
        << name;
    EXPECT_EQ(JobUnderTest().With("generic.app", fields, "APP_").Injected().variables.size(), 1U);
  }
  EXPECT_THAT(VariableLines(JobUnderTest().WithVariable("term", "dumb").Injected()),
              ElementsAre("TERM=dumb"));
}

TEST(GenericTest, WhatConnectionsReallyBringIsTaken) {
  EXPECT_THAT(VariableLines(JobUnderTest()
                                .With("generic.app", R"({"user":"u","http_proxy":"p","lang":"de"})")
                                .Injected()),
              ElementsAre("USER=u", "HTTP_PROXY=p", "LANG=de"));
}

TEST(GenericTest, AVariableIsSecretWhenAnythingInItIs) {
  const Injection injection = JobUnderTest()
                                  .With("generic.app", R"({
      "token": "t", "region": "eu", "tls": {"key": "k"}, "hosts": ["https://u:pw@h"],
      "url": "https://h"})")
                                  .Injected();
  std::vector<std::string> secret;
  for (const InjectedVariable& variable : injection.variables) {
    if (variable.secret) secret.push_back(variable.name);
  }
  EXPECT_THAT(secret, ElementsAre("TOKEN", "TLS", "HOSTS"));
}

struct Refused {
  const char* field;
  const char* variable;
};

class RefusedFieldTest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedFieldTest, IsNamed) {
  const std::string fields = std::string(R"({")") + GetParam().field + R"(": "canary-value"})";
  const std::string refusal = JobUnderTest().With("generic.app", fields).Refusal();
  EXPECT_THAT(refusal, HasSubstr("@generic.app"));
  EXPECT_THAT(refusal, HasSubstr(GetParam().variable));
  EXPECT_THAT(refusal, Not(HasSubstr("canary-value")));
}

INSTANTIATE_TEST_SUITE_P(Rows, RefusedFieldTest,
                         ::testing::Values(Refused{"my-key", "MY-KEY"}, Refused{"a.b", "A.B"},
                                           Refused{"a/b", "A/B"}, Refused{"a:b", "A:B"},
                                           Refused{"a b", "A B"}, Refused{"1st", "1ST"},
                                           Refused{"", "\"\""}, Refused{"a=b", "A=B"},
                                           Refused{"ld_preload", "LD_PRELOAD"},
                                           Refused{"path", "PATH"}, Refused{"env", "ENV"},
                                           Refused{"bash_env", "BASH_ENV"},
                                           Refused{"injector_source", "INJECTOR_SOURCE"}));

TEST(GenericTest, APrefixNeitherHidesNorCompletesASteeringName) {
  EXPECT_EQ(
      testing::ValueOf(JobUnderTest().With("generic.app", R"({"path": "/x"})", "APP_").Injected(),
                       "APP_PATH"),
      "/x");
  EXPECT_THAT(JobUnderTest().With("generic.app", R"({"preload": "/x"})", "LD_").Refusal(),
              HasSubstr("LD_PRELOAD"));
  EXPECT_THAT(JobUnderTest().With("postgres.db", R"({"host": "h"})", "LD_").Refusal(),
              HasSubstr("LD_PGHOST"));
}

TEST(GenericTest, TwoFieldsThatFoldToOneVariableContradict) {
  EXPECT_THAT(JobUnderTest().With("generic.app", R"({"a": "1", "A": "2"})").Refusal(),
              HasSubstr("two fields of @generic.app"));
}

}  // namespace
}  // namespace injector
