#pragma once
// The webhook as a program: from its first socket to its last answer.

#include <chrono>
#include <functional>
#include <string>

#include "injector/base/result.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/server.h"
#include "injector/rest/log.h"
#include "injector/rest/service_signals.h"

namespace injector::webhook {

struct ServeOptions {
  http::HostPort listen = {};
  http::ServerOptions server = {};
  std::string config_file = {};
  // How often the files of the certificate and of the configuration are looked at.
  std::chrono::milliseconds watch_interval{10'000};
  // How long requests under way may take after the program was told to stop.
  std::chrono::milliseconds grace{10'000};
};

// Serves until it is told to stop. Certificate, key and configuration are read again when one of
// their files has changed, and at a HUP; what cannot be used then is logged, and the last that
// could stays. Once requests are answered, `listening` is called with the port. Errors are those of
// listening, of the files at the start, and of `listening`.
Status Serve(const ServeOptions& options, const rest::ServiceSignals& signals, rest::Log& log,
             const std::function<Status(int port)>& listening);

}  // namespace injector::webhook
