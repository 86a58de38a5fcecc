#pragma once
// The service as a program: from its first socket to its last answer.

#include <chrono>
#include <csignal>
#include <functional>

#include "injector/base/result.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/server.h"
#include "injector/service/desk.h"
#include "injector/service/rest/log.h"
#include "injector/service/rest/rest_api.h"

namespace injector::rest {

// HUP, INT and TERM, waited for instead of handled.
class ServiceSignals {
 public:
  enum class Wish { kReload, kStop };

  // Requires: no other thread runs yet, so that all that follow have the signals blocked.
  ServiceSignals();
  // Blocking.
  Wish Await() const;

 private:
  sigset_t signals_;
};

struct ServeOptions {
  http::HostPort listen;
  http::ServerOptions server;
  RestApi::Options api;
  // How long requests under way may take after the program was told to stop.
  std::chrono::milliseconds grace{30'000};
};

// Serves until it is told to stop. HUP: reads the certificate again. Once requests are answered,
// `listening` is called with the port. Errors are those of listening, of the certificate, and of
// `listening`.
Status Serve(Desk& desk, const ServiceSignals& signals, Log& log, const ServeOptions& options,
             const std::function<Status(int port)>& listening);

}  // namespace injector::rest
