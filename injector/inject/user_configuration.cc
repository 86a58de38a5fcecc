#include "injector/inject/user_configuration.h"

#include <algorithm>

#include "injector/base/environment_entry.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

using Environment = std::span<const Secret>;

std::string InHome(Environment environment, std::string_view path) {
  const std::string_view home = FindInEnvironment(environment, "HOME").value_or("");
  return home.empty() ? std::string() : std::string(home) + "/" + std::string(path);
}

// The file that `variable` names ("~/" as the AWS tools expand it), else `path` in HOME.
std::string FromVariable(Environment environment, std::string_view variable,
                         std::string_view path) {
  const std::string_view value = FindInEnvironment(environment, variable).value_or("");
  if (value.starts_with("~/")) return InHome(environment, value.substr(2));
  return value.empty() ? InHome(environment, path) : std::string(value);
}

std::string DockerConfigPath(Environment environment) {
  const std::string_view directory = FindInEnvironment(environment, "DOCKER_CONFIG").value_or("");
  return directory.empty() ? InHome(environment, ".docker/config.json")
                           : std::string(directory) + "/config.json";
}

// In the places that hold a login made by `podman login`; what is read behind them is docker's.
std::string ContainersAuthPath(Environment environment) {
  const std::string_view file = FindInEnvironment(environment, "REGISTRY_AUTH_FILE").value_or("");
  if (!file.empty()) return std::string(file);
  const std::string_view runtime = FindInEnvironment(environment, "XDG_RUNTIME_DIR").value_or("");
  return runtime.empty() ? InHome(environment, ".config/containers/auth.json")
                         : std::string(runtime) + "/containers/auth.json";
}

std::string NpmConfigPath(Environment environment) {
  for (const std::string_view name : {"NPM_CONFIG_USERCONFIG", "npm_config_userconfig"}) {
    const std::string_view value = FindInEnvironment(environment, name).value_or("");
    if (!value.empty()) return std::string(value);
  }
  return InHome(environment, ".npmrc");
}

// What `name` holds, as if it were the content of a file.
std::optional<UserConfiguration> InVariable(UserConfigurationKind kind, Environment environment,
                                            std::string_view name) {
  const auto value = FindInEnvironment(environment, name);
  if (!value || value->empty()) return std::nullopt;
  return UserConfiguration{kind, "", Secret::CopyOf(*value)};
}

std::optional<UserConfiguration> Locate(UserConfigurationKind kind, Environment environment) {
  std::string path;
  switch (kind) {
    case UserConfigurationKind::kDockerConfig:
      path = DockerConfigPath(environment);
      break;
    case UserConfigurationKind::kDockerAuthConfig:
      return InVariable(kind, environment, "DOCKER_AUTH_CONFIG");
    case UserConfigurationKind::kContainersAuth:
      path = ContainersAuthPath(environment);
      break;
    case UserConfigurationKind::kKubeconfigPath:
      return InVariable(kind, environment, "KUBECONFIG");
    case UserConfigurationKind::kMavenArguments:
      return InVariable(kind, environment, "MAVEN_ARGS");
    case UserConfigurationKind::kNpmConfig:
      path = NpmConfigPath(environment);
      break;
    case UserConfigurationKind::kKubeconfig:
      path = InHome(environment, ".kube/config");
      break;
    case UserConfigurationKind::kMavenSettings:
      path = InHome(environment, ".m2/settings.xml");
      break;
    case UserConfigurationKind::kAwsConfig:
      path = FromVariable(environment, "AWS_CONFIG_FILE", ".aws/config");
      break;
    case UserConfigurationKind::kAwsCredentials:
      path = FromVariable(environment, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials");
      break;
    case UserConfigurationKind::kMysqlOptions:
      path = InHome(environment, ".my.cnf");
      break;
  }
  if (path.empty()) return std::nullopt;
  return UserConfiguration{kind, std::move(path), std::nullopt};
}

}  // namespace

std::vector<UserConfiguration> LocateUserConfiguration(std::span<const std::string_view> types,
                                                       std::span<const Secret> environment) {
  std::vector<UserConfiguration> located;
  for (std::string_view type : types) {
    for (UserConfigurationKind kind : TranslatorFor(type).merges) {
      const bool known = std::any_of(located.begin(), located.end(),
                                     [kind](const auto& other) { return other.kind == kind; });
      if (known) continue;
      if (auto found = Locate(kind, environment)) located.push_back(*std::move(found));
    }
  }
  return located;
}

}  // namespace injector
