#include "injector/webhook/serve.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "injector/base/file.h"
#include "injector/webhook/config.h"
#include "injector/webhook/file_watch.h"
#include "injector/webhook/webhook_api.h"
#include "injector/yaml/parse.h"

namespace injector::webhook {
namespace {

using Level = rest::Log::Level;

Result<Config> ReadConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const Secret text, ReadFile(path, kYamlSizeLimit));
  return ParseConfig(text.Reveal(), path);
}

std::vector<std::string> FilesOf(const ServeOptions& options) {
  std::vector<std::string> files = {options.config_file};
  if (options.server.tls) {
    files.push_back(options.server.tls->certificate_file);
    files.push_back(options.server.tls->key_file);
  }
  return files;
}

Status ReadAgain(const ServeOptions& options, WebhookApi& api, http::HttpServer& server) {
  RETURN_IF_ERROR(server.ReloadTls());
  ASSIGN_OR_RETURN(Config config, ReadConfig(options.config_file));
  api.Use(std::move(config));
  return {};
}

void LogListening(rest::Log& log, const ServeOptions& options, int port) {
  rest::ObjectBuilder where;
  where.Add("host", options.listen.host).Add("port", std::int64_t{port});
  where.AddBool("tls", options.server.tls.has_value());
  log.Write(Level::kInfo, "listening", std::move(where));
}

}  // namespace

Status Serve(const ServeOptions& options, const rest::ServiceSignals& signals, rest::Log& log,
             const std::function<Status(int port)>& listening) {
  FileWatch watch(FilesOf(options));
  ASSIGN_OR_RETURN(Config config, ReadConfig(options.config_file));
  WebhookApi api(std::move(config), log);
  ASSIGN_OR_RETURN(UniqueFd listener, http::ListenOnTcp(options.listen.host, options.listen.port));
  ASSIGN_OR_RETURN(const auto server,
                   http::HttpServer::Start(
                       std::move(listener), options.server,
                       [&api](const http::ServerRequest& request) { return api.Answer(request); }));
  LogListening(log, options, server->port());
  RETURN_IF_ERROR(listening(server->port()));
  for (;;) {
    const auto wish = signals.AwaitFor(options.watch_interval);
    if (wish == rest::ServiceSignals::Wish::kStop) break;
    const bool changed = watch.LookAgain();
    if (!changed && !wish) continue;
    const Status done = ReadAgain(options, api, *server);
    if (done.ok()) {
      log.Write(Level::kInfo, "reloaded");
    } else {
      log.Write(Level::kError, "reload failed", done.error());
    }
  }
  log.Write(Level::kInfo, "stopping");
  server->Stop(options.grace);
  log.Write(Level::kInfo, "stopped");
  return {};
}

}  // namespace injector::webhook
