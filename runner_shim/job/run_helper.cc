#include "runner_shim/job/run_helper.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/file.h"
#include "injector/model/json.h"
#include "runner_shim/job/messages.h"
#include "runner_shim/mask/mask_client.h"
#include "runner_shim/mask/mask_socket.h"
#include "runner_shim/process/exit_status.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::Secret;
using injector::Value;

constexpr std::size_t kLongestRequest = std::size_t{64} * 1024;
// The helper's own words, by which docker tells "no login" from a failure.
constexpr std::string_view kNotFound = "credentials not found in native keychain";

Result<std::optional<ShimLogin>> Find(ShimRequest kind, const std::string& query,
                                      const StartEnvironment& environment) {
  const std::string_view socket = environment.Reveal(kMaskSocketVariable);
  if (socket.empty()) {
    return Error(ErrorCode::kFailedPrecondition,
                 "no runner-shim here: " + std::string(kMaskSocketVariable) + " is not set");
  }
  return AskForLogin(std::string(socket), kind, query);
}

// stdout, to the end or to nobody: then the tool has gone.
int Print(std::string_view text) {
  return injector::WriteAll(STDOUT_FILENO, text, "stdout").ok() ? 0 : 1;
}

// docker reads what is wrong from stdout.
int FailForDocker(std::string_view why) {
  static_cast<void>(Print(std::string(why) + "\n"));
  return 1;
}

int GetForDocker(const StartEnvironment& environment) {
  const Result<Secret> input = injector::ReadAll(STDIN_FILENO, "stdin", kLongestRequest);
  if (!input.ok()) return FailForDocker(input.error().message());
  const std::string server(injector::StripAsciiSpace(input->Reveal()));
  if (server.empty()) return FailForDocker("no credentials server URL");
  Result<std::optional<ShimLogin>> login = Find(ShimRequest::kDockerLogin, server, environment);
  if (!login.ok()) return FailForDocker(login.error().message());
  if (!*login) return FailForDocker(kNotFound);
  std::vector<Value::Member> members;
  members.push_back({"ServerURL", Value::String(server)});
  members.push_back({"Username", Value::String(std::move((*login)->login))});
  members.push_back({"Secret", Value::String(std::move((*login)->password))});
  const Secret json = injector::WriteJson(Value::Map(std::move(members)));
  return Print(Secret::Concat({json.Reveal(), "\n"}).Reveal());
}

int HelpDocker(std::string_view action, const StartEnvironment& environment) {
  if (action == "get") return GetForDocker(environment);
  if (action == "list") return Print("{}\n");
  if (action == "version") return Print("runner-shim\n");
  return FailForDocker("runner-shim keeps no logins: the job's connections bring them");
}

// The value of the last line `name`=…, up to the first empty line.
std::string AttributeIn(std::string_view text, std::string_view name) {
  std::string found;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) break;
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=') {
      found = line.substr(name.size() + 1);
    }
  }
  return found;
}

int HelpGit(std::string_view action, const StartEnvironment& environment) {
  // git tells every helper what worked and what did not; there is nothing to learn here.
  if (action != "get") return 0;
  const Result<Secret> input = injector::ReadAll(STDIN_FILENO, "stdin", kLongestRequest);
  if (!input.ok()) {
    SayError(input.error());
    return 1;
  }
  const std::string host = AttributeIn(input->Reveal(), "host");
  const std::string site =
      AttributeIn(input->Reveal(), "protocol") + "://" + injector::ToAsciiLower(host);
  if (host.empty()) return 0;
  const Result<std::optional<ShimLogin>> login = Find(ShimRequest::kGitLogin, site, environment);
  if (!login.ok()) {
    SayError(login.error());
    return 1;
  }
  if (!*login) return 0;
  // The user name that git may have asked for, from `credential.username` or the URL
  // (https://org@host/), gives way to ours: the login is the host's.
  return Print(Secret::Concat({"username=", (*login)->login.Reveal(),
                               "\npassword=", (*login)->password.Reveal(), "\n"})
                   .Reveal());
}

}  // namespace

std::optional<ShimRequest> HelperCalled(std::string_view name) {
  name.remove_prefix(name.rfind('/') + 1);
  if (name == "docker-credential-runner-shim") return ShimRequest::kDockerLogin;
  if (name == "git-credential-runner-shim") return ShimRequest::kGitLogin;
  return std::nullopt;
}

int RunHelper(ShimRequest kind, const std::vector<std::string>& arguments,
              const StartEnvironment& environment) {
  const std::string_view action = arguments.empty() ? std::string_view() : arguments.front();
  return kind == ShimRequest::kGitLogin ? HelpGit(action, environment)
                                        : HelpDocker(action, environment);
}

}  // namespace runner_shim
