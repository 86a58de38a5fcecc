// injector service serve --db URL --listen HOST:PORT

#include <memory>
#include <string>
#include <vector>

#include "injector/base/duration.h"
#include "injector/cli/service/service_commands.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/service/service_oidc.h"
#include "injector/cli/session.h"
#include "injector/service/rest/serve.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "serve", "Serve the REST interface",
    "Prints its address when it is ready. Serves until TERM or INT; then requests under way are\n"
    "finished. HUP reads the certificates and the file of --oidc again; one that cannot be used\n"
    "is named in the log and changes nothing. The log, lines of JSON, goes to stderr. Without TLS\n"
    "only this machine may be served.\n",
    "  injector service serve --db sqlite:service.db --key-file service.key \\\n"
    "      --listen 0.0.0.0:8443 --tls-cert server.crt --tls-key server.key\n"
    "  injector service serve --db sqlite:service.db --key-file service.key \\\n"
    "      --listen 127.0.0.1:8080 --insecure-http\n"};

struct Options {
  ServiceDatabaseOptions service;
  std::string listen = "127.0.0.1:8443";
  http::TlsServerOptions tls;
  bool insecure_http = false;
  std::vector<std::string> trusted_proxies;
  std::string oidc_file;
  rest::Log::Level log_level = rest::Log::Level::kInfo;
  ServiceLimits limits;
  rest::ServeOptions serve;
};

Error Wrong(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

Status CheckTransport(Options& options) {
  const bool certificate = !options.tls.certificate_file.empty();
  if (certificate != !options.tls.key_file.empty()) {
    return Wrong("--tls-cert and --tls-key: one needs the other");
  }
  if (certificate && options.insecure_http) return Wrong("--insecure-http: but there is TLS");
  if (!certificate && !options.tls.client_ca_file.empty()) {
    return Wrong("--client-ca: needs TLS, by --tls-cert and --tls-key");
  }
  if (certificate) {
    options.serve.server.tls = options.tls;
    if (!options.tls.client_ca_file.empty()) {
      options.serve.api.runner_certificate = rest::RestApi::Options::RunnerCertificate::kNeeded;
    }
    return {};
  }
  if (!options.insecure_http) {
    return Wrong("no TLS: tokens and secrets would be there for everybody on the way")
        .WithHint("give --tls-cert and --tls-key, or --insecure-http for this machine alone");
  }
  if (http::IsLoopback(options.serve.listen.host)) return {};
  return Wrong("--insecure-http: only on a loopback address, such as 127.0.0.1");
}

Status CheckEvents(const EventTargets& events) {
  const bool has_url = !events.webhook_url.empty() || !events.webhook_url_file.empty();
  if (has_url != events.webhook_key_file.empty()) return {};
  return Wrong("--event-webhook and --event-webhook-key-file: one needs the other");
}

Status Run(Session& session, const Options& options) {
  // Before any thread is there.
  const rest::ServiceSignals signals;
  ASSIGN_OR_RETURN(ServiceDatabase service,
                   ServiceDatabase::Open(session, options.service, options.limits));
  rest::Log log(options.log_level);
  rest::ServeOptions serve = options.serve;
  std::unique_ptr<JobTokensFile> job_tokens;
  if (!options.oidc_file.empty()) {
    ASSIGN_OR_RETURN(job_tokens, JobTokensFile::Open(service.desk(), options.oidc_file, log));
    serve.api.job_tokens = job_tokens.get();
    serve.reload = [&job_tokens] { return job_tokens->Reload(); };
  }
  const auto listening = [&](int port) {
    const std::string scheme = options.serve.server.tls ? "https://" : "http://";
    return session.Print(scheme + options.serve.listen.host + ":" + std::to_string(port) + "\n");
  };
  return rest::Serve(service.desk(), signals, log, serve, listening);
}

Result<Action> Prepare(Options options) {
  Result<http::HostPort> listen = http::ParseHostPort(options.listen);
  if (!listen.ok()) return std::move(listen).error().WithContext("--listen");
  options.serve.listen = *std::move(listen);
  for (const std::string& network : options.trusted_proxies) {
    Status added = options.serve.api.trusted_proxies.Add(network);
    if (!added.ok()) return std::move(added).error().WithContext("--trusted-proxy");
  }
  RETURN_IF_ERROR(CheckTransport(options));
  RETURN_IF_ERROR(CheckEvents(options.serve.events));
  return Action([options = std::move(options)](Session& session) { return Run(session, options); });
}

// Options whose value is a duration or a number.
class LimitOptions {
 public:
  explicit LimitOptions(Command command) : command_(command) {}

  template <typename Duration>
  void Time(const char* name, Duration& target, const char* help) {
    const auto take = [&target](const std::string& text) -> Status {
      ASSIGN_OR_RETURN(const std::chrono::milliseconds time, ParseDuration(text));
      target = std::chrono::duration_cast<Duration>(time);
      if (target.count() == 0) return Wrong("expected more than nothing");
      return {};
    };
    command_.AddOption(name, "DURATION", take, help);
  }

  template <typename Number>
  void Count(const char* name, Number& target, std::int64_t most, const char* help) {
    const auto take = [&target, most](const std::string& text) -> Status {
      const auto number = rest::ParseWholeNumber(text, 1, most);
      if (!number) return Wrong("expected a whole number from 1 to " + std::to_string(most));
      target = static_cast<Number>(*number);
      return {};
    };
    command_.AddOption(name, "NUMBER", take, help);
  }

 private:
  Command command_;
};

constexpr std::int64_t kMost = 1'000'000'000;

void DefineServiceLimits(LimitOptions add, ServiceLimits& limits) {
  add.Time("--lease", limits.lease_life, "How long a grant lasts without renewal (15m)");
  add.Time("--max-lease", limits.max_lease_life, "How long with all its renewals (24h)");
  add.Time("--token-life", limits.token_life, "How long a token lasts that says nothing (720h)");
  add.Count("--max-grant", limits.grant_connections, kMost, "Connections in one grant (100)");
  add.Count("--max-uses", limits.uses, kMost, "Uses reported in one request (2000)");
  add.Count("--max-value", limits.value_bytes, static_cast<std::int64_t>(kMaxValueBytes),
            "Bytes of one value (65536, which is also the most)");
  add.Count("--lockout-failures", limits.lockout_failures, kMost,
            "Failed logins of one source with one token, or with those of one issuer, before\n"
            "they get 429 (5)");
  add.Time("--lockout-window", limits.lockout_window, "The time in which they count (15m)");
}

void DefineServerLimits(LimitOptions add, rest::ServeOptions& serve) {
  http::ServerOptions& server = serve.server;
  add.Count("--max-body", server.max_body_bytes, kMost, "Bytes of a request's body (1048576)");
  add.Count("--max-header", server.max_header_bytes, kMost, "Bytes of its header (16384)");
  add.Count("--max-connections", server.max_connections, kMost, "Clients at a time (1024)");
  add.Count("--max-waits", serve.api.waits.most, kMost,
            "Requests that wait for changes at a time (512)");
  add.Time("--handshake-time", server.handshake_time, "For a TLS handshake, in all (10s)");
  add.Time("--header-time", server.header_time, "For a request's header, in all (10s)");
  add.Time("--body-time", server.body_time, "For its body, in all (30s)");
  add.Time("--answer-time", server.answer_time, "For an answer to be taken, in all (30s)");
  add.Time("--keep-alive", server.keep_alive, "How long a connection may be idle (60s)");
  add.Time("--watch-interval", serve.api.waits.interval,
           "How often the database is asked for others' changes (1s)");
  add.Time("--ready-interval", serve.api.write_check.believe,
           "How long /readyz believes that the database takes writes (10s)");
  add.Time("--stop-grace", serve.grace, "For requests under way when told to stop (30s)");
}

void DefineDatabaseLimits(LimitOptions add, Database::Options& pool) {
  constexpr std::int64_t kMostSessions = 1000;
  SessionLimits& session = pool.session;
  add.Count("--db-readers", pool.readers, kMostSessions, "Connections for what only reads (4)");
  add.Count("--db-writers", pool.writers, kMostSessions,
            "Connections for what writes (2; SQLite: 1 in any case)");
  add.Time("--db-wait", pool.patience, "How long a request waits for one of them (10s)");
  add.Time("--db-connect-time", session.connect, "PostgreSQL: for a connection to be made (5s)");
  add.Time("--db-statement-time", session.statement, "PostgreSQL: for one statement (15s)");
  add.Time("--db-lock-time", session.lock, "PostgreSQL: for a lock that another one holds (10s)");
  add.Time("--db-idle-time", session.idle_in_transaction,
           "PostgreSQL: after which it ends a transaction that stands still (30s)");
  add.Time("--db-silence-time", session.silence,
           "PostgreSQL: after which one that says nothing, beyond the time of a statement,\n"
           "is taken for gone (10s)");
}

void DefineEvents(Command command, rest::ServeOptions& serve) {
  EventTargets& events = serve.events;
  command.AddOption("--event-webhook", "URL", events.webhook_url,
                    "Where to POST what happens, signed; never a value");
  command.AddOption("--event-webhook-url-file", "FILE", events.webhook_url_file,
                    "The same for a URL that is a secret, as those of chat systems are");
  command.MakeExclusive("--event-webhook", "--event-webhook-url-file");
  command.AddOption("--event-webhook-key-file", "FILE", events.webhook_key_file,
                    "The key of the signatures, at least 16 bytes");
  command.AddOption("--event-webhook-ca-file", "FILE", events.webhook_ca_file,
                    "PEM: who vouches for that server, instead of the system's");
  command.AddOption("--event-syslog", "SOCKET", events.syslog_path,
                    "Likewise to syslog, RFC 5424: /dev/log");
  LimitOptions(command).Time("--event-keep", serve.event_sender.keep,
                             "How long an event waits for its receiver (24h)");
}

void DefineOptions(Command command, Options& options) {
  DefineServiceOptions(command, options.service);
  command.AddOption("--listen", "HOST:PORT", options.listen,
                    "Where; 127.0.0.1:8443 is the default, port 0 any free one");
  command.AddOption("--tls-cert", "FILE", options.tls.certificate_file, "PEM, the whole chain");
  command.AddOption("--tls-key", "FILE", options.tls.key_file, "PEM");
  command.AddOption("--client-ca", "FILE", options.tls.client_ca_file,
                    "PEM: runners must show a certificate of it, beside their token");
  command.AddOption("--oidc", "FILE", options.oidc_file,
                    "YAML: CI systems and clusters whose tokens are taken, and for which\n"
                    "repos' jobs (injector/service/oidc/README.md)");
  command.AddFlag("--insecure-http", options.insecure_http, "No TLS; on loopback only");
  command.AddRepeatedOption("--trusted-proxy", "NETWORK", options.trusted_proxies,
                            "Believe the X-Forwarded-For of this address or network\n"
                            "(10.0.0.0/8); may be repeated");
  const auto take_level = [&options](const std::string& name) -> Status {
    const auto level = rest::ParseLogLevel(name);
    if (!level) return Wrong("expected debug, info, warning or error");
    options.log_level = *level;
    return {};
  };
  command.AddOption("--log-level", "LEVEL", take_level,
                    "debug, info (the default), warning, error");
  DefineEvents(command, options.serve);
  DefineServiceLimits(LimitOptions(command), options.limits);
  DefineServerLimits(LimitOptions(command), options.serve);
  DefineDatabaseLimits(LimitOptions(command), options.service.pool);
}

}  // namespace

void DefineServiceServe(Command service, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = service.AddCommand(kText);
  DefineOptions(command, *options);
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
