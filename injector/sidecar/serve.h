#pragma once
// The sidecar as a program: from its first socket to its last answer.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/server.h"
#include "injector/rest/log.h"
#include "injector/rest/service_signals.h"
#include "injector/sidecar/allow_list.h"
#include "injector/sidecar/broker.h"
#include "injector/sidecar/limits.h"
#include "injector/sources/service/service_client.h"

namespace injector::sidecar {

struct ServeOptions {
  // A socket that the service manager has opened, or a path to make one at.
  UniqueFd activated = {};
  std::string socket_path = {};
  std::vector<uid_t> more_users = {};
  // More doors, where they are asked for.
  std::optional<http::HostPort> tcp = {};
  std::string tcp_token_file = {};
  std::optional<http::HostPort> endpoint = {};
  std::optional<http::HostPort> status = {};

  std::shared_ptr<const ServiceOptions> service = {};
  std::string repo = {};
  AllowList allow_list = {};
  Broker::Unmasked unmasked = Broker::Unmasked::kRefused;

  Limits limits = {};
  http::ServerOptions server = {};
  // How long all of this may take after the program was told to stop: requests under way, at most a
  // half of it; the last reports and farewells.
  std::chrono::milliseconds grace{5'000};
  // End when there has been a job, and none for so long.
  std::optional<std::chrono::milliseconds> exit_after_last_job = {};
};

// Serves until it is told to stop, or the last job has gone. Once requests are answered,
// `listening` is called with a line for each door. Errors are those of listening, of the options,
// and of `listening`.
Status Serve(ServeOptions options, const rest::ServiceSignals& signals, rest::Log& log,
             const std::function<Status(const std::string& doors)>& listening);

}  // namespace injector::sidecar
