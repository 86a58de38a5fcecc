#include "runner_shim/job/login_desk.h"

#include "injector/inject/git_site.h"
#include "injector/inject/registry_key.h"

namespace runner_shim {

using injector::HelperLogin;

std::optional<ShimLogin> LoginDesk::Find(ShimRequest kind, std::string_view query) const {
  const bool docker = kind == ShimRequest::kDockerLogin;
  const auto protocol = docker ? HelperLogin::Protocol::kDocker : HelperLogin::Protocol::kGit;
  const std::string place = docker ? injector::RegistryKey(query) : injector::GitSite(query);
  for (const HelperLogin& login : logins_) {
    if (login.protocol != protocol || login.place != place) continue;
    return ShimLogin{login.login.Clone(), login.password.Clone()};
  }
  return std::nullopt;
}

}  // namespace runner_shim
