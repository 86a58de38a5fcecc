#pragma once
// Configuration of the user's own that a connection's files replace, and therefore carry on:
// setting DOCKER_CONFIG would otherwise make a login to another registry disappear. This folder
// reads neither disk nor environment: it says what it needs and is handed the content.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace injector {

enum class UserConfigurationKind {
  kDockerConfig,      // config.json of the docker CLI
  kDockerAuthConfig,  // the variable DOCKER_AUTH_CONFIG, which the docker CLI prefers to its file
  kContainersAuth,    // auth.json of podman and skopeo (containers-auth.json(5))
  kAwsConfig,
  kAwsCredentials,
  kMysqlOptions,  // ~/.my.cnf: not merged, but it wins over ours
  kNpmConfig,
  kKubeconfig,      // ~/.kube/config
  kKubeconfigPath,  // the variable KUBECONFIG, in place of that file
  kMavenArguments,  // the variable MAVEN_ARGS
  kMavenSettings,   // ~/.m2/settings.xml: not merged, and not read beside ours
};

struct UserConfiguration {
  UserConfigurationKind kind;
  std::string path;               // absolute; empty for a variable
  std::optional<Secret> content;  // nullopt: the file does not exist
};

// What connections of `types` merge, each kind once, given the job's inherited environment
// (NAME=value each). The caller reads each `path` into `content` where the file exists. Left out:
// files whose place is unknown (no HOME), variables that are not set.
std::vector<UserConfiguration> LocateUserConfiguration(std::span<const std::string_view> types,
                                                       std::span<const Secret> environment);

}  // namespace injector
