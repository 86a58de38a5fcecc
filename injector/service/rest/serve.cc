#include "injector/service/rest/serve.h"

#include <string>

#include "injector/service/housekeeping.h"

namespace injector::rest {

Status Serve(Desk& desk, const ServiceSignals& signals, Log& log, const ServeOptions& options,
             const std::function<Status(int port)>& listening) {
  RestApi api(desk, log, options.api);
  const Housekeeper housekeeper(desk, {}, [&log](const Error& error) {
    log.Write(Log::Level::kError, "housekeeping.failed", error);
  });
  ASSIGN_OR_RETURN(UniqueFd listener, http::ListenOnTcp(options.listen.host, options.listen.port));
  ASSIGN_OR_RETURN(const auto server,
                   http::HttpServer::Start(
                       std::move(listener), options.server,
                       [&api](const http::ServerRequest& request) { return api.Answer(request); }));
  ObjectBuilder where;
  where.Add("host", options.listen.host).Add("port", std::int64_t{server->port()});
  where.AddBool("tls", options.server.tls.has_value());
  log.Write(Log::Level::kInfo, "listening", std::move(where));
  RETURN_IF_ERROR(listening(server->port()));
  while (signals.Await() == ServiceSignals::Wish::kReload) {
    const Status reloaded = server->ReloadTls();
    if (reloaded.ok()) {
      log.Write(Log::Level::kInfo, "reloaded");
    } else {
      log.Write(Log::Level::kError, "reload failed", reloaded.error());
    }
  }
  log.Write(Log::Level::kInfo, "stopping");
  server->Stop(options.grace);
  log.Write(Log::Level::kInfo, "stopped");
  return {};
}

}  // namespace injector::rest
