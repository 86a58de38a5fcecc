#pragma once
// The service as a program: from its first socket to its last answer.

#include <chrono>
#include <functional>

#include "injector/base/result.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/server.h"
#include "injector/rest/log.h"
#include "injector/rest/service_signals.h"
#include "injector/service/desk.h"
#include "injector/service/events/event_sender.h"
#include "injector/service/events/event_targets.h"
#include "injector/service/rest/rest_api.h"

namespace injector::rest {

struct ServeOptions {
  http::HostPort listen;
  http::ServerOptions server;
  RestApi::Options api;
  EventTargets events;
  EventSender::Options event_sender;
  // What else is read again at a HUP, keeping what was there if it cannot be used; may be empty.
  std::function<Status()> reload = {};
  // How long requests under way may take after the program was told to stop.
  std::chrono::milliseconds grace{30'000};
};

// Serves until it is told to stop. HUP: reads the certificate again and calls options.reload, each
// whatever becomes of the other, and says in `log` what could not be used. Once requests are
// answered, `listening` is called with the port. Errors are those of listening, of the certificate,
// of OpenReceivers(), and of `listening`.
Status Serve(Desk& desk, const ServiceSignals& signals, Log& log, const ServeOptions& options,
             const std::function<Status(int port)>& listening);

}  // namespace injector::rest
