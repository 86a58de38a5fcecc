// Which login a tool gets, and which words are a helper.

#include "runner_shim/job/login_desk.h"

#include <gtest/gtest.h>

#include "runner_shim/job/run_helper.h"

namespace runner_shim {
namespace {

using injector::HelperLogin;
using injector::Secret;

HelperLogin Login(HelperLogin::Protocol protocol, std::string place, std::string_view password) {
  return {protocol, std::move(place), Secret::CopyOf("user"), Secret::CopyOf(password)};
}

std::string PasswordFor(const LoginDesk& desk, ShimRequest kind, std::string_view query) {
  const auto found = desk.Find(kind, query);
  return found ? std::string(found->password.Reveal()) : "(none)";
}

TEST(LoginDesk, FindsByProtocolAndPlace) {
  using enum HelperLogin::Protocol;
  std::vector<HelperLogin> logins;
  logins.push_back(Login(kDocker, "ghcr.io", "ghcr"));
  logins.push_back(Login(kDocker, "https://index.docker.io/v1/", "hub"));
  logins.push_back(Login(kGit, "https://ghcr.io", "git"));
  LoginDesk desk(std::move(logins));
  for (const char* registry : {"ghcr.io", "https://ghcr.io", "https://ghcr.io/v2/"}) {
    EXPECT_EQ(PasswordFor(desk, ShimRequest::kDockerLogin, registry), "ghcr") << registry;
  }
  for (const char* hub : {"docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"}) {
    EXPECT_EQ(PasswordFor(desk, ShimRequest::kDockerLogin, hub), "hub") << hub;
  }
  EXPECT_EQ(PasswordFor(desk, ShimRequest::kGitLogin, "https://ghcr.io"), "git");
  EXPECT_EQ(PasswordFor(desk, ShimRequest::kGitLogin, "https://GHCR.io:443"), "git");
  EXPECT_EQ(PasswordFor(desk, ShimRequest::kGitLogin, "https://ghcr.io:80"), "(none)");
  EXPECT_EQ(PasswordFor(desk, ShimRequest::kGitLogin, "http://ghcr.io"), "(none)");
  EXPECT_EQ(PasswordFor(desk, ShimRequest::kDockerLogin, "evil.ghcr.io"), "(none)");
  desk.Replace({});
  EXPECT_EQ(PasswordFor(desk, ShimRequest::kDockerLogin, "ghcr.io"), "(none)");
}

TEST(HelperCalled, GoesByTheLastPartOfTheName) {
  EXPECT_EQ(HelperCalled("/a/b/git-credential-runner-shim"), ShimRequest::kGitLogin);
  EXPECT_EQ(HelperCalled("docker-credential-runner-shim"), ShimRequest::kDockerLogin);
  for (const char* other : {"", "runner-shim", "/usr/bin/runner-shim", "git-credential-store",
                            "git-credential-runner-shim/"}) {
    EXPECT_FALSE(HelperCalled(other)) << other;
  }
}

}  // namespace
}  // namespace runner_shim
