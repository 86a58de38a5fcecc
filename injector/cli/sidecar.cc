// injector sidecar --listen unix:PATH --service URL --repo R --token-file F

#include <charconv>
#include <memory>

#include "injector/base/duration.h"
#include "injector/cli/commands.h"
#include "injector/cli/option_sources.h"
#include "injector/cli/session.h"
#include "injector/http/server/listener.h"
#include "injector/rest/json_object.h"
#include "injector/sidecar/serve.h"
#include "injector/sidecar/socket_file.h"

namespace injector {
namespace {

using sidecar::Limits;
using sidecar::ServeOptions;

constexpr CommandText kText = {
    "sidecar", "Fetch, cache and refresh credentials beside jobs",
    "Holds the runner's token, so that jobs hold none: their runner-shim asks this socket. Prints\n"
    "where it listens when it is ready, and serves until TERM or INT. The log, lines of JSON, "
    "goes\n"
    "to stderr. Every option may also stand in the environment (--token-file: "
    "INJECTOR_TOKEN_FILE)\n"
    "and in the file that --config names (token-file: …); the command line wins, then the\n"
    "environment. Files of tokens and certificates are read again when they are replaced.\n",
    "  injector sidecar --listen unix:/run/injector/sidecar.sock --repo acme/web \\\n"
    "      --service https://credentials.example.com --token-file /etc/injector/runner.token\n"
    "  injector sidecar --config /etc/injector/sidecar.yaml --allow @mysql.movies,var.REGION\n"};

struct Options {
  ServiceOptions service;
  rest::Log::Level log_level = rest::Log::Level::kInfo;
  bool allow_unmasked = false;
  ServeOptions serve;
};

Error Wrong(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

// Takes a text as it is.
OptionSources::Take Into(std::string& target) {
  return [&target](const std::string& text) -> Status {
    target = text;
    return {};
  };
}

template <typename Duration>
OptionSources::Take TimeInto(Duration& target) {
  return [&target](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(target, ParseDuration(text));
    return {};
  };
}

OptionSources::Take CountInto(std::size_t& target) {
  return [&target](const std::string& text) -> Status {
    constexpr std::int64_t kMost = 1'000'000;
    const auto number = rest::ParseWholeNumber(text, 1, kMost);
    if (!number) return Wrong("expected a whole number from 1 to " + std::to_string(kMost));
    target = static_cast<std::size_t>(*number);
    return {};
  };
}

OptionSources::Take PlaceInto(std::optional<http::HostPort>& target) {
  return [&target](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(target, http::ParseHostPort(text));
    return {};
  };
}

// Requests and answers there are not encrypted.
OptionSources::Take LoopbackInto(std::optional<http::HostPort>& target) {
  return [&target](const std::string& text) -> Status {
    RETURN_IF_ERROR(PlaceInto(target)(text));
    if (!IsLoopback(target->host)) return Wrong("expected a loopback address, such as 127.0.0.1");
    return {};
  };
}

Status TakeUsers(const std::string& text, std::vector<uid_t>& users) {
  std::string_view rest = text;
  while (!rest.empty()) {
    uid_t uid = 0;
    const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), uid);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const bool is_good = problem == std::errc() && (rest.empty() || rest.starts_with(','));
    if (!is_good) return Wrong("expected numbers of users, with commas between them");
    if (!rest.empty()) rest.remove_prefix(1);
    users.push_back(uid);
  }
  return {};
}

void DefineDoors(OptionSources& add, ServeOptions& serve) {
  const auto take_path = [&serve](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(serve.socket_path, sidecar::ParseUnixAddress(text));
    return {};
  };
  add.AddOption("--listen", "unix:PATH", take_path,
                "The socket for shims; not where a service manager hands one over");
  const auto take_users = [&serve](const std::string& text) {
    return TakeUsers(text, serve.more_users);
  };
  add.AddRepeatedOption("--allow-uid", "UID,...", take_users,
                        "Serve these users too, by number; else only our own");
  add.AddOption("--listen-tcp", "HOST:PORT", LoopbackInto(serve.tcp),
                "Shims by TCP too, on loopback, with the token of --listen-token-file");
  add.AddOption("--listen-token-file", "FILE", Into(serve.tcp_token_file),
                "The token that --listen-tcp asks for");
  add.AddOption("--endpoint-listen", "HOST:PORT", LoopbackInto(serve.endpoint),
                "Credential endpoints for jobs' SDKs, on loopback; port 0: any free one");
  add.AddOption("--status-listen", "HOST:PORT", PlaceInto(serve.status),
                "Health and metrics alone, for everybody who can connect");
}

void DefineService(OptionSources& add, Options& options) {
  const auto take_url = [&options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(options.service.url, ParseServiceUrl(text));
    return {};
  };
  http::ClientOptions& connection = options.service.connection;
  add.AddOption("--service", "URL", take_url, "The credential service: https://HOST");
  add.AddOption("--repo", "REPO", Into(options.serve.repo), "Whose jobs these are");
  add.AddOption("--token-file", "FILE", Into(options.service.token_file),
                "The runner's token, or the OIDC token of its platform");
  add.AddOption("--ca-file", "FILE", Into(connection.ca_file),
                "The authorities that vouch for the service; the system's by default");
  add.AddOption("--client-cert", "FILE", Into(connection.certificate_file),
                "Our certificate, if it wants one");
  add.AddOption("--client-key", "FILE", Into(connection.key_file),
                "Its key, if not in the same file");
}

void DefineRules(OptionSources& add, Options& options) {
  const auto take_allowed = [&options](const std::string& text) {
    return options.serve.allow_list.Add(text);
  };
  add.AddRepeatedOption("--allow", "REF,...", take_allowed,
                        "Hand out nothing else: @type.name, name, @type, var.KEY");
  add.AddFlag("--allow-unmasked", options.allow_unmasked,
              "Credential endpoints also for jobs without a shim, whose log nobody scrubs");
  const auto take_grace = [&options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(options.serve.exit_after_last_job, ParseDuration(text));
    return {};
  };
  add.AddOption("--exit-after-last-job", "DURATION", take_grace,
                "End when there has been a job, and none for so long");
  const auto take_level = [&options](const std::string& name) -> Status {
    const auto level = rest::ParseLogLevel(name);
    if (!level) return Wrong("expected debug, info, warning or error");
    options.log_level = *level;
    return {};
  };
  add.AddOption("--log-level", "LEVEL", take_level, "debug, info (the default), warning, error");
}

void DefineTimes(OptionSources& add, ServeOptions& serve) {
  Limits& limits = serve.limits;
  const auto time = [&add](const char* name, Limits::Time& target, const char* help) {
    add.AddOption(name, "DURATION", TimeInto(target), help);
  };
  time("--freshness", limits.freshness, "How old the service's word on cached values may be (5s)");
  time("--lease", limits.lease_life, "How long a job's lease lasts unused (15m)");
  time("--dead-job-grace", limits.dead_job_grace,
       "How long after its shim was seen dead it ends (30s)");
  time("--poll-wait", limits.poll_wait, "How long a question for changes waits, at most 25s (25s)");
  time("--fetch-timeout", limits.fetch_time, "For a job's first fetch, with all its tries (20s)");
  time("--check-timeout", limits.check_time, "For asking whether cached values still hold (2s)");
  time("--request-timeout", limits.try_time, "For each other request to the service (10s)");
  time("--mask-wait", limits.mask_wait,
       "How long a credential endpoint waits for the shim to mask (5s)");
  time("--credential-life", limits.credential_life,
       "When SDKs ask a credential endpoint again, if nothing ends before (16m)");
  time("--use-delay", limits.use_delay, "How long hand-outs are gathered for a report (500ms)");
  time("--linger", limits.linger, "How long what no job uses any more is kept (0)");
  time("--stop-grace", serve.grace, "For requests under way when told to stop (5s)");
}

void DefineCounts(OptionSources& add, ServeOptions& serve) {
  const auto count = [&add](const char* name, std::size_t& target, const char* help) {
    add.AddOption(name, "NUMBER", CountInto(target), help);
  };
  count("--max-jobs", serve.limits.job_leases, "Leases of jobs at a time (10000)");
  count("--max-grants", serve.limits.shared_leases, "Different requests of jobs at a time (256)");
  count("--max-waits", serve.limits.waits, "Requests that wait for changes at a time (768)");
  count("--max-connections", serve.server.max_connections, "Clients of each socket (1024)");
}

// What stands before the command's name, where every command takes it.
Status TakeGlobal(const ServiceGlobalOptions& given, ServiceOptions& service) {
  if (!given.url.empty()) {
    ASSIGN_OR_RETURN(service.url, ParseServiceUrl(given.url));
  }
  http::ClientOptions& connection = service.connection;
  if (!given.token_file.empty()) service.token_file = given.token_file;
  if (!given.ca_file.empty()) connection.ca_file = given.ca_file;
  if (!given.client_certificate.empty()) connection.certificate_file = given.client_certificate;
  if (!given.client_key.empty()) connection.key_file = given.client_key;
  return {};
}

Status CheckOptions(const Options& options) {
  const ServeOptions& serve = options.serve;
  if (options.service.url.empty())
    return Wrong("sidecar: which service?").WithHint("give --service URL");
  if (serve.repo.empty()) return Wrong("sidecar: for which repo?").WithHint("give --repo REPO");
  if (options.service.token_file.empty()) {
    return Wrong("sidecar: no token").WithHint("give --token-file FILE");
  }
  if (serve.tcp.has_value() != !serve.tcp_token_file.empty()) {
    return Wrong("--listen-tcp and --listen-token-file: one needs the other");
  }
  if (serve.limits.poll_wait > std::chrono::seconds(25)) {
    return Wrong("--poll-wait: expected at most 25s, which is what the service takes");
  }
  return {};
}

Status Run(Session& session, const std::shared_ptr<Options>& options) {
  // Before any thread is there.
  const rest::ServiceSignals signals;
  ASSIGN_OR_RETURN(options->serve.activated, http::TakeListenerFromServiceManager());
  if (!options->serve.activated.valid() && options->serve.socket_path.empty()) {
    return Wrong("sidecar: listen where?").WithHint("give --listen unix:PATH");
  }
  if (options->service.connection.key_file.empty()) {
    options->service.connection.key_file = options->service.connection.certificate_file;
  }
  // Every request has a shorter limit of its own.
  options->service.request_timeout = std::chrono::minutes(1);
  options->serve.service = std::make_shared<const ServiceOptions>(std::move(options->service));
  using Unmasked = sidecar::Broker::Unmasked;
  options->serve.unmasked = options->allow_unmasked ? Unmasked::kAllowed : Unmasked::kRefused;
  rest::Log log(options->log_level);
  return sidecar::Serve(std::move(options->serve), signals, log,
                        [&session](const std::string& doors) { return session.Print(doors); });
}

}  // namespace

void DefineSidecar(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = program.AddCommand(kText);
  auto sources = std::make_shared<OptionSources>(command);
  sources->AddFileOption("--config", "These options, as YAML");
  DefineDoors(*sources, options->serve);
  DefineService(*sources, *options);
  DefineRules(*sources, *options);
  DefineTimes(*sources, options->serve);
  DefineCounts(*sources, options->serve);
  command.OnChosen([&invocation, options, sources] {
    const auto prepare = [options, sources, given = invocation.options.service]() -> Status {
      RETURN_IF_ERROR(sources->Apply());
      RETURN_IF_ERROR(TakeGlobal(given, options->service));
      return CheckOptions(*options);
    };
    // What the words alone say wrong is wrong usage; what a file says is found when it is read.
    const Status prepared = sources->NamesFile() ? Status() : prepare();
    if (!prepared.ok()) {
      invocation.action = prepared.error();
      return;
    }
    invocation.action = Action([options, prepare, reads = sources->NamesFile()](Session& session) {
      const Status complete = reads ? prepare() : Status();
      return complete.ok() ? Run(session, options) : complete;
    });
  });
}

}  // namespace injector
