#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/model/json.h"
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

constexpr auto kConfig = UserConfigurationKind::kDockerConfig;
constexpr auto kAuthConfig = UserConfigurationKind::kDockerAuthConfig;
constexpr const char* kPath = "/home/u/.docker/config.json";

std::string Compact(const Injection& injection, std::string_view file) {
  const Result<Value> parsed = ParseJson(testing::ContentOf(injection, file));
  return parsed.ok() ? std::string(WriteJson(*parsed).Reveal()) : "(not JSON)";
}

TEST(DockerTest, WritesALoginThatDockerAndSkopeoFind) {
  const Injection injection =
      JobUnderTest()
          .With("docker.reg", R"({"registry": "ghcr.io", "username": "u", "password": "p:w"})")
          .Injected();
  EXPECT_THAT(VariableLines(injection),
              ElementsAre("DOCKER_CONFIG=<directory of docker/config.json>",
                          "REGISTRY_AUTH_FILE=<path of docker/config.json>"));
  EXPECT_EQ(Compact(injection, "docker/config.json"),
            R"({"auths":{"ghcr.io":{"auth":"dTpwOnc="}}})");
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              ElementsAre("docker.reg.password=p:w", "docker.reg.password=dTpwOnc="));
}

struct RegistryRow {
  const char* registry;
  const char* key;
};

class RegistryKeyTest : public ::testing::TestWithParam<RegistryRow> {};

TEST_P(RegistryKeyTest, IsWhatToolsLookUp) {
  const std::string fields = std::string(R"({"login": "u", "password": "p", "registry": ")") +
                             GetParam().registry + R"("})";
  EXPECT_THAT(Compact(JobUnderTest().With("docker.reg", fields).Injected(), "docker/config.json"),
              HasSubstr(std::string(R"({"auths":{")") + GetParam().key + R"(":{)"));
}

constexpr const char* kHub = "https://index.docker.io/v1/";
INSTANTIATE_TEST_SUITE_P(Rows, RegistryKeyTest,
                         ::testing::Values(RegistryRow{"", kHub}, RegistryRow{"docker.io", kHub},
                                           RegistryRow{"index.docker.io", kHub},
                                           RegistryRow{"registry-1.docker.io", kHub},
                                           RegistryRow{"https://index.docker.io/v1/", kHub},
                                           RegistryRow{"ghcr.io/", "ghcr.io"},
                                           RegistryRow{"https://ghcr.io/v2/", "ghcr.io"},
                                           RegistryRow{"http://127.0.0.1:5000", "127.0.0.1:5000"},
                                           RegistryRow{"quay.io/team", "quay.io/team"}));

TEST(DockerTest, APortThatStandsApartBelongsToTheRegistry) {
  for (const auto& [host, key] : {std::pair("reg", "reg:5000"), std::pair("reg:1", "reg:1")}) {
    const std::string fields = std::string(R"({"login": "u", "password": "p", "port": 5000, )") +
                               R"("host": ")" + host + R"("})";
    EXPECT_THAT(Compact(JobUnderTest().With("docker.reg", fields).Injected(), "docker/config.json"),
                HasSubstr(std::string(R"({"auths":{")") + key + R"(":{)"));
  }
}

TEST(DockerTest, SeveralRegistriesShareOneFileUnlessPrefixed) {
  const Injection injection =
      JobUnderTest()
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p"})")
          .With("docker.b", R"({"registry": "b.io", "login": "u", "password": "p"})")
          .With("docker.c", R"({"registry": "a.io", "login": "v", "password": "q"})", "C_")
          .Injected();
  EXPECT_EQ(Compact(injection, "docker/config.json"),
            R"({"auths":{"a.io":{"auth":"dTpw"},"b.io":{"auth":"dTpw"}}})");
  EXPECT_EQ(ValueOf(injection, "C_DOCKER_CONFIG"), "<directory of C_docker/config.json>");
}

TEST(DockerTest, TwoLoginsForOneRegistryContradict) {
  const std::string refusal =
      JobUnderTest()
          .With("docker.a", R"({"registry": "docker.io", "login": "u", "password": "canary1"})")
          .With("docker.b", R"({"login": "u", "password": "canary2"})")
          .Refusal();
  EXPECT_THAT(refusal, AllOf(HasSubstr("@docker.a and @docker.b"), HasSubstr("-c @docker.b=B_"),
                             Not(HasSubstr("canary"))));
}

TEST(DockerTest, TheUsersConfigurationIsKeptAndOursWinsPerHost) {
  const Injection injection =
      JobUnderTest()
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p"})")
          .WithUserConfiguration(kConfig, kPath, R"({"auths": {"a.io": {"auth": "b2xk"},
              "x.io": {"auth": "bWluZQ=="}}, "proxies": {}, "currentContext": "remote"})")
          .Injected();
  EXPECT_EQ(Compact(injection, "docker/config.json"),
            R"({"auths":{"a.io":{"auth":"dTpw"},"x.io":{"auth":"bWluZQ=="}},)"
            R"("proxies":{},"currentContext":"remote"})");
  ASSERT_EQ(injection.links.size(), 2u);
  EXPECT_EQ(injection.links[0].name, "docker/cli-plugins");
  EXPECT_EQ(injection.links[0].target, "/home/u/.docker/cli-plugins");
  EXPECT_EQ(injection.links[1].target, "/home/u/.docker/contexts");
}

TEST(DockerTest, DirectoriesAreLinkedThoughThereIsNoConfigFile) {
  const Injection injection =
      JobUnderTest()
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p"})")
          .WithoutUserConfiguration(kConfig, kPath)
          .Injected();
  EXPECT_EQ(injection.links.size(), 2u);
}

TEST(DockerTest, ACredentialHelperOfTheUsersDoesNotHideOurLogin) {
  const Injection injection =
      JobUnderTest()
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p"})")
          .With("docker.b", R"({"registry": "b.io", "login": "u", "password": "p"})")
          .WithUserConfiguration(kConfig, kPath, R"({"credsStore": "desktop",
              "credHelpers": {"a.io": "gcloud", "x.io": "ecr-login"}})")
          .Injected();
  EXPECT_THAT(Compact(injection, "docker/config.json"),
              AllOf(HasSubstr(R"("credsStore":"desktop")"),
                    HasSubstr(R"("credHelpers":{"a.io":"","x.io":"ecr-login","b.io":""})")));
  EXPECT_EQ(ValueOf(injection, "REGISTRY_AUTH_FILE"), "<path of docker/auth.json>");
  EXPECT_THAT(Compact(injection, "docker/auth.json"),
              AllOf(HasSubstr(R"("credHelpers":{"x.io":"ecr-login"})"),
                    HasSubstr(R"("auths":{"a.io":{"auth":"dTpw"},"b.io":{"auth":"dTpw"}})")));
}

TEST(DockerTest, LoginsOfTheVariableMoveIntoTheFile) {
  const Injection injection =
      JobUnderTest()
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p"})")
          .WithUserConfiguration(kConfig, kPath, R"({"auths": {"x.io": {"auth": "b2xk"}}})")
          .WithUserConfiguration(kAuthConfig, "", R"({"auths": {"x.io": {"auth": "bmV3"},
              "a.io": {"auth": "b2xk"}}})")
          .Injected();
  EXPECT_EQ(Compact(injection, "docker/config.json"),
            R"({"auths":{"x.io":{"auth":"bmV3"},"a.io":{"auth":"dTpw"}}})");
  EXPECT_THAT(testing::RemovedNames(injection), Contains("DOCKER_AUTH_CONFIG"));
}

TEST(DockerTest, LoginsOfPodmanAreKeptInItsFileAlone) {
  const Injection injection =
      JobUnderTest()
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p"})")
          .WithUserConfiguration(kConfig, kPath, R"({"auths": {"x.io": {"auth": "b2xk"}}})")
          .WithUserConfiguration(UserConfigurationKind::kContainersAuth, "/run/u/auth.json",
                                 R"({"auths": {"x.io": {"auth": "bmV3"}, "y.io": {"auth": "dTpj"},
                                     "a.io": {"auth": "b2xk"}}, "credHelpers": {"z.io": "h"}})")
          .Injected();
  EXPECT_EQ(Compact(injection, "docker/config.json"),
            R"({"auths":{"x.io":{"auth":"b2xk"},"a.io":{"auth":"dTpw"}}})");
  EXPECT_EQ(ValueOf(injection, "REGISTRY_AUTH_FILE"), "<path of docker/auth.json>");
  EXPECT_EQ(Compact(injection, "docker/auth.json"),
            R"({"auths":{"x.io":{"auth":"bmV3"},"y.io":{"auth":"dTpj"},"a.io":{"auth":"dTpw"}},)"
            R"("credHelpers":{"z.io":"h"}})");
  EXPECT_THAT(testing::ScrubLines(injection.scrub_values),
              Contains("env.containers auth.json=dTpj"));
}

TEST(DockerTest, AMalformedVariableIsIgnoredAsTheCliDoes) {
  const Injection injection =
      JobUnderTest()
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p"})")
          .WithUserConfiguration(kAuthConfig, "", "{")
          .Injected();
  EXPECT_EQ(Compact(injection, "docker/config.json"), R"({"auths":{"a.io":{"auth":"dTpw"}}})");
}

struct RefusedRow {
  const char* fields;
  const char* users;
  const char* error;
};

class DockerRefusalTest : public ::testing::TestWithParam<RefusedRow> {};

TEST_P(DockerRefusalTest, SaysWhatIsWrongAndNoValue) {
  const std::string refusal = JobUnderTest()
                                  .With("docker.a", GetParam().fields)
                                  .WithUserConfiguration(kConfig, kPath, GetParam().users)
                                  .Refusal();
  EXPECT_THAT(refusal, AllOf(HasSubstr(GetParam().error), Not(HasSubstr("canary"))));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DockerRefusalTest,
    ::testing::Values(RefusedRow{R"({"login": "u"})", "", "@docker.a: password is missing"},
                      RefusedRow{R"({"password": "canary"})", "", "login is missing"},
                      RefusedRow{R"({"login": "canary:u", "password": "p"})", "", "login holds a"},
                      RefusedRow{R"({"login": "canary\nu", "password": "p"})", "",
                                 "login holds a control"},
                      RefusedRow{R"({"login": "u", "password": "p", "registry": "canary\nr"})", "",
                                 "registry holds a control"},
                      RefusedRow{R"({"login": "u", "password": "p", "registry": "h",
                                     "port": "canary"})",
                                 "", "port is not a TCP port"},
                      RefusedRow{R"({"login": "u", "password": "p"})", "{\"canary\"", kPath},
                      RefusedRow{R"({"login": "u", "password": "p"})", "[\"canary\"]", kPath}));

TEST(DockerTest, WithAHelperNoLoginIsInAnyFile) {
  const Injection injection =
      JobUnderTest()
          .WithHelperProgram("/usr/bin/runner-shim")
          .With("docker.a", R"({"registry": "ghcr.io", "login": "u", "password": "canary",
                                "delivery": "helper"})")
          .With("docker.hub", R"({"login": "h", "password": "hub-canary", "delivery": "helper"})")
          .With("docker.b", R"({"registry": "b.io", "login": "u", "password": "p:w"})")
          .Injected();
  EXPECT_EQ(Compact(injection, "docker/config.json"),
            R"({"credHelpers":{"ghcr.io":"runner-shim",)"
            R"("https://index.docker.io/v1/":"runner-shim","docker.io":"runner-shim"},)"
            R"("auths":{"b.io":{"auth":"dTpwOnc="}}})");
  ASSERT_EQ(injection.helper_logins.size(), 2U);
  EXPECT_EQ(injection.helper_logins[0].place, "ghcr.io");
  EXPECT_EQ(injection.helper_logins[0].password.Reveal(), "canary");
  EXPECT_EQ(injection.helper_logins[1].place, "https://index.docker.io/v1/");
  ASSERT_EQ(injection.links.size(), 1U);
  EXPECT_EQ(injection.links[0].name, "bin/docker-credential-runner-shim");
  EXPECT_EQ(injection.links[0].target, "/usr/bin/runner-shim");
  EXPECT_THAT(injection.search_directories, ElementsAre("bin"));
}

TEST(DockerTest, AHelperTakesThePlaceOfTheUsersLogin) {
  const Injection injection =
      JobUnderTest()
          .WithHelperProgram("/usr/bin/runner-shim")
          .WithUserConfiguration(kConfig, kPath, R"({"credsStore": "pass", "auths": {"a.io": {}}})")
          .With("docker.a", R"({"registry": "a.io", "login": "u", "password": "p",
                                "delivery": "helper"})")
          .Injected();
  EXPECT_EQ(Compact(injection, "docker/config.json"),
            R"({"credsStore":"pass","auths":{},"credHelpers":{"a.io":"runner-shim"}})");
}

TEST(DockerTest, RefusesADeliveryThatThereIsNot) {
  const char* const fields =
      R"({"registry": "a.io", "login": "u", "password": "p", "delivery": "helper"})";
  EXPECT_THAT(JobUnderTest().With("docker.a", fields).Refusal(), HasSubstr("no runner-shim"));
  EXPECT_THAT(JobUnderTest()
                  .With("docker.a", R"({"login": "u", "password": "p", "delivery": "canary"})")
                  .Refusal(),
              AllOf(HasSubstr("neither static nor helper"), Not(HasSubstr("canary"))));
}

}  // namespace
}  // namespace injector
