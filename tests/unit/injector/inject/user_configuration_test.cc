#include "injector/inject/user_configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace injector {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Paths(const std::vector<std::string_view>& types,
                               const std::vector<std::string>& environment) {
  std::vector<Secret> entries;
  for (const std::string& entry : environment) entries.push_back(Secret::CopyOf(entry));
  std::vector<std::string> paths;
  for (const UserConfiguration& found : LocateUserConfiguration(types, entries)) {
    paths.push_back(found.content ? "=" + std::string(found.content->Reveal()) : found.path);
  }
  return paths;
}

TEST(UserConfigurationTest, StandsInTheHomeDirectory) {
  EXPECT_THAT(Paths({"docker"}, {"HOME=/home/u"}),
              ElementsAre("/home/u/.docker/config.json", "/home/u/.config/containers/auth.json"));
  EXPECT_THAT(Paths({"aws"}, {"HOME=/home/u"}),
              ElementsAre("/home/u/.aws/config", "/home/u/.aws/credentials"));
  EXPECT_THAT(Paths({"npm"}, {"HOME=/h"}), ElementsAre("/h/.npmrc"));
  EXPECT_THAT(Paths({"k8s"}, {"HOME=/h"}), ElementsAre("/h/.kube/config"));
  EXPECT_THAT(Paths({"maven"}, {"HOME=/h"}), ElementsAre("/h/.m2/settings.xml"));
}

TEST(UserConfigurationTest, StandsWhereItsVariableSays) {
  EXPECT_THAT(Paths({"docker"}, {"HOME=/home/u", "DOCKER_CONFIG=/d", "XDG_RUNTIME_DIR=/run/u"}),
              ElementsAre("/d/config.json", "/run/u/containers/auth.json"));
  EXPECT_THAT(Paths({"docker"}, {"REGISTRY_AUTH_FILE=/a", "XDG_RUNTIME_DIR=/run/u"}),
              ElementsAre("/a"));
  EXPECT_THAT(
      Paths({"aws"}, {"HOME=/home/u", "AWS_CONFIG_FILE=~/c", "AWS_SHARED_CREDENTIALS_FILE=/s"}),
      ElementsAre("/home/u/c", "/s"));
  EXPECT_THAT(Paths({"npm"}, {"HOME=/h", "npm_config_userconfig=/n"}), ElementsAre("/n"));
}

TEST(UserConfigurationTest, MayBeAVariable) {
  EXPECT_THAT(Paths({"docker"}, {"DOCKER_AUTH_CONFIG={}"}), ElementsAre("={}"));
  EXPECT_THAT(Paths({"kubernetes"}, {"KUBECONFIG=/a:/b"}), ElementsAre("=/a:/b"));
  EXPECT_THAT(Paths({"maven"}, {"MAVEN_ARGS=-B"}), ElementsAre("=-B"));
}

TEST(UserConfigurationTest, IsFoundOnceForSeveralConnections) {
  EXPECT_THAT(Paths({"docker", "docker"}, {"HOME=/h"}),
              ElementsAre("/h/.docker/config.json", "/h/.config/containers/auth.json"));
}

TEST(UserConfigurationTest, IsLeftOutWhereItsPlaceIsUnknownOrNotNeeded) {
  EXPECT_THAT(Paths({"docker", "aws"}, {"HOME="}), IsEmpty());
  EXPECT_THAT(Paths({"postgres", "generic"}, {"HOME=/h"}), IsEmpty());
}

}  // namespace
}  // namespace injector
