// injector webhook --listen HOST:PORT --tls-cert F --tls-key F --config F

#include <memory>
#include <string>

#include "injector/base/duration.h"
#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/rest/json_object.h"
#include "injector/webhook/serve.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "webhook", "Add the shim and a sidecar to pods that ask for it",
    "A mutating admission webhook of Kubernetes: a pod with the annotation injector/connections\n"
    "gets an init container that installs runner-shim, a sidecar that hands out exactly these\n"
    "connections, and its command under the shim. Prints its address when it is ready; serves\n"
    "until TERM or INT. The files are read again when they change, and at a HUP. The log, lines\n"
    "of JSON, goes to stderr. deploy/kubernetes/webhook has the manifests, and a page that says\n"
    "what may stand in the annotations and in the file.\n",
    "  injector webhook --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key \\\n"
    "      --config webhook.yaml\n"};

struct Options {
  std::string listen = "127.0.0.1:8443";
  http::TlsServerOptions tls;
  rest::Log::Level log_level = rest::Log::Level::kInfo;
  webhook::ServeOptions serve;
};

Error Wrong(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

Status Run(Session& session, const Options& options) {
  // Before any thread is there.
  const rest::ServiceSignals signals;
  rest::Log log(options.log_level);
  return webhook::Serve(options.serve, signals, log, [&](int port) {
    return session.Print("https://" + options.serve.listen.host + ":" + std::to_string(port) +
                         "\n");
  });
}

Result<Action> Prepare(Options options) {
  Result<http::HostPort> listen = http::ParseHostPort(options.listen);
  if (!listen.ok()) return std::move(listen).error().WithContext("--listen");
  options.serve.listen = *std::move(listen);
  if (options.tls.certificate_file.empty() || options.tls.key_file.empty()) {
    return Wrong("webhook: no certificate").WithHint("give --tls-cert FILE and --tls-key FILE");
  }
  if (options.serve.config_file.empty()) {
    return Wrong("webhook: what shall pods be given?").WithHint("give --config FILE");
  }
  options.serve.server.tls = options.tls;
  return Action([options = std::move(options)](Session& session) { return Run(session, options); });
}

void DefineTimes(Command command, webhook::ServeOptions& serve) {
  const auto time = [&command](const char* name, std::chrono::milliseconds& target,
                               const char* help) {
    const auto take = [&target](const std::string& text) -> Status {
      ASSIGN_OR_RETURN(target, ParseDuration(text));
      if (target.count() == 0) return Wrong("expected more than nothing");
      return {};
    };
    command.AddOption(name, "DURATION", take, help);
  };
  time("--watch-interval", serve.watch_interval, "How often the files are looked at (10s)");
  time("--stop-grace", serve.grace, "For requests under way when told to stop (10s)");
}

void DefineOptions(Command command, Options& options) {
  command.AddOption("--listen", "HOST:PORT", options.listen,
                    "Where; 127.0.0.1:8443 is the default, port 0 any free one");
  command.AddOption("--tls-cert", "FILE", options.tls.certificate_file, "PEM, the whole chain");
  command.AddOption("--tls-key", "FILE", options.tls.key_file, "PEM");
  command.AddOption("--config", "FILE", options.serve.config_file, "What pods are given, as YAML");
  const auto take_level = [&options](const std::string& name) -> Status {
    const auto level = rest::ParseLogLevel(name);
    if (!level) return Wrong("expected debug, info, warning or error");
    options.log_level = *level;
    return {};
  };
  command.AddOption("--log-level", "LEVEL", take_level,
                    "debug, info (the default), warning, error");
  const auto take_body = [&options](const std::string& text) -> Status {
    constexpr std::int64_t kMost = std::int64_t{64} << 20;
    const auto bytes = rest::ParseWholeNumber(text, 1, kMost);
    if (!bytes) return Wrong("expected a whole number from 1 to " + std::to_string(kMost));
    options.serve.server.max_body_bytes = static_cast<std::size_t>(*bytes);
    return {};
  };
  command.AddOption("--max-body", "NUMBER", take_body, "Bytes of a request's body (4194304)");
  DefineTimes(command, options.serve);
}

}  // namespace

void DefineWebhook(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  // etcd takes objects of 1.5 MiB, and a review may hold an old and a new one.
  options->serve.server.max_body_bytes = std::size_t{4} << 20;
  Command command = program.AddCommand(kText);
  DefineOptions(command, *options);
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
