#include "runner_shim/job/option_table.h"

#include <charconv>
#include <csignal>
#include <cstring>
#include <optional>

#include "injector/base/duration.h"
#include "injector/base/variable_name.h"
#include "injector/model/connection.h"
#include "injector/model/reference.h"
#include "runner_shim/job/user_option.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Status;

Error Expected(std::string_view what) {
  return Error(ErrorCode::kInvalidArgument, "expected " + std::string(what));
}

template <typename Enum>
struct Choice {
  std::string_view word;
  Enum value;
};

// What most options do: set one member.
template <auto kMember>
Status Switch(std::string_view text, JobOptions& options) {
  options.*kMember = text == "1";
  return {};
}

template <auto kMember>
Status Duration(std::string_view text, JobOptions& options) {
  ASSIGN_OR_RETURN(options.*kMember, injector::ParseDuration(text));
  return {};
}

Status SetPath(std::string_view text, std::string& target) {
  if (text.empty()) return Expected("a path");
  target = text;
  return {};
}

template <auto kMember>
Status Path(std::string_view text, JobOptions& options) {
  return SetPath(text, options.*kMember);
}

Status AddTo(std::string_view text, std::vector<std::string>& list) {
  if (text.empty()) return Expected("a value");
  list.emplace_back(text);
  return {};
}

template <auto kMember>
Status Append(std::string_view text, JobOptions& options) {
  return AddTo(text, options.*kMember);
}

// The choice that the word names.
template <const auto& kChoices, auto kMember>
Status OneOf(std::string_view word, JobOptions& options) {
  std::string words;
  for (const auto& choice : kChoices) {
    if (choice.word == word) {
      options.*kMember = choice.value;
      return {};
    }
    words += (words.empty() ? "" : " | ") + std::string(choice.word);
  }
  return Expected(words);
}

Status AddConnection(std::string_view text, JobOptions& options) {
  const std::size_t equals = text.find('=');
  const std::string_view reference = text.substr(0, equals);
  const std::string_view prefix =
      equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  if (!injector::Reference::Parse(reference).ok()) {
    return Expected("NAME, @TYPE or @TYPE.ALIAS, with =PREFIX where wanted");
  }
  if (!prefix.empty() && !injector::IsVariableName(prefix)) {
    return Expected("a prefix of letters, digits and _ after the =");
  }
  options.connections.push_back({std::string(reference), std::string(prefix)});
  return {};
}

Status AddVariable(std::string_view text, JobOptions& options) {
  const std::size_t equals = text.find('=');
  const std::string_view key = text.substr(0, equals);
  const std::string_view name =
      equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  const bool name_ok = equals == std::string_view::npos || injector::IsVariableName(name);
  if (!injector::IsValidVariableKey(key) || !name_ok) return Expected("KEY or KEY=NAME");
  options.variables.push_back({std::string(key), std::string(name)});
  return {};
}

Status SetMinLength(std::string_view text, JobOptions& options) {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size() || length < 1 || length > 65536) {
    return Expected("a number of bytes from 1 to 65536");
  }
  options.min_length = length;
  return {};
}

Status SetMask(std::string_view text, JobOptions& options) {
  if (text.find_first_of("\r\n") != std::string_view::npos)
    return Expected("a text without line breaks");
  options.mask = text;
  return {};
}

// The number of "USR1" or "SIGUSR1"; nullopt for other words and for what no process can take.
std::optional<int> SignalNamed(std::string_view name) {
  if (name.starts_with("SIG")) name.remove_prefix(3);
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    const char* known = ::sigabbrev_np(signal);
    if (known == nullptr || known != name || signal == SIGKILL || signal == SIGSTOP) continue;
    return signal;
  }
  return std::nullopt;
}

Status SetOnRotate(std::string_view text, JobOptions& options) {
  using enum JobOptions::OnRotate;
  constexpr std::string_view kSignalPrefix = "signal:";
  options.on_rotate = text == "restart" ? kRestart : kNone;
  if (text == "none" || text == "restart") return {};
  if (text.starts_with(kSignalPrefix)) {
    const std::optional<int> signal = SignalNamed(text.substr(kSignalPrefix.size()));
    options.on_rotate = kSignal;
    options.rotation_signal = signal.value_or(0);
    if (signal) return {};
  }
  return Expected("none, signal:NAME (as HUP or USR1) or restart");
}

using Options = JobOptions;

constexpr Choice<injector::OnConflict> kOnConflict[] = {
    {"error", injector::OnConflict::kError},
    {"keep", injector::OnConflict::kKeep},
    {"overwrite", injector::OnConflict::kOverwrite},
};
constexpr Choice<ShortSecrets> kShortSecrets[] = {
    {"warn", ShortSecrets::kWarn},
    {"error", ShortSecrets::kError},
    {"mask", ShortSecrets::kMask},
};
constexpr Choice<Options::OnLeak> kOnLeak[] = {
    {"mask", Options::OnLeak::kMask},
    {"fail", Options::OnLeak::kFail},
};
constexpr Choice<SignalScope> kSignalScope[] = {
    {"auto", SignalScope::kAutomatic},
    {"group", SignalScope::kGroup},
    {"child", SignalScope::kChild},
};

constexpr Choice<TerminalUse> kTerminal[] = {
    {"auto", TerminalUse::kAutomatic},
    {"always", TerminalUse::kAlways},
    {"never", TerminalUse::kNever},
};
constexpr Choice<Options::Oidc> kOidc[] = {{"github", Options::Oidc::kGithub}};
constexpr Choice<Options::LogFormat> kLogFormat[] = {
    {"text", Options::LogFormat::kText},
    {"json", Options::LogFormat::kJson},
};

constexpr OptionGroup kCredentials{"What the job gets", "Whose values are scrubbed"};
constexpr OptionGroup kService{"With a service (https://)", "With a service (https://)"};
constexpr OptionGroup kValues{"", "Which other values are", /*for_jobs=*/false};
constexpr OptionGroup kEnvironment{"How it gets it", ""};
constexpr OptionGroup kScrubbing{"What is kept out of the log", "How they are scrubbed"};
constexpr OptionGroup kRunning{"How the command is run", ""};

using enum OptionArity;

// Captureless lambdas: the table is constant data, built by nobody at start-up.
constexpr OptionRow kTable[] = {
    {kCredentials, "-c,--connection", "INJECTOR_CONNECTIONS", "REF[=PREFIX]",
     "a connection: NAME, @TYPE.ALIAS, or @TYPE for the type's default; PREFIX goes in front of "
     "its variables",
     kList, AddConnection},
    {kCredentials, "--variable", "INJECTOR_VARIABLES", "KEY[=NAME]",
     "a stored variable, under NAME (default: KEY in upper case)", kList, AddVariable},
    {kCredentials, "--attached", "INJECTOR_ATTACHED", "",
     "everything that the service has attached to the repo, beside what is named", kSwitch,
     Switch<&Options::attached>},
    {kCredentials, "--source", "INJECTOR_SOURCE", "file:PATH|yaml:PATH|sidecar:PATH|https://HOST",
     "where to look, in this order (default: the sidecar at /run/injector/sidecar.sock where "
     "/run/injector is; else connections.yaml here, else the store of `injector`); "
     "PIPELINE_CONN_<TYPE>_<NAME> comes before all; a service or sidecar grants all that is still "
     "missing or nothing, so it is named last",
     kRepeated, Append<&Options::sources>},
    {kCredentials, "--fallback", "INJECTOR_FALLBACK", "file:PATH|yaml:PATH",
     "instead of all sources, and with a warning, when a service or sidecar is still unavailable "
     "after --fetch-timeout; never when it refuses",
     kOnce, Path<&Options::fallback>},
    {kCredentials, "--key-file", "INJECTOR_KEY_FILE", "FILE",
     "the store's key (default: the variable PIPELINE_ENCRYPTION_KEY)", kOnce,
     Path<&Options::key_file>},
    {kCredentials, "--fetch-timeout", "INJECTOR_FETCH_TIMEOUT", "DURATION",
     "how long all fetching may take, waiting for keys and locks included, and reading a job file "
     "before it (default: 30s; then 124)",
     kOnce, Duration<&Options::fetch_timeout>},
    {kCredentials, "--strict", "INJECTOR_STRICT", "",
     "refuse a connections.yaml that holds a secret as it is, instead of a warning", kSwitch,
     Switch<&Options::strict>},
    {kService, "--repo", "INJECTOR_REPO", "REPO", "the repo that this job belongs to", kOnce,
     Path<&Options::repo>},
    {kService, "--token-file", "INJECTOR_TOKEN_FILE", "FILE",
     "the runner's token; read anew when it is used", kOnce, Path<&Options::token_file>},
    {kService, "--token-env", "INJECTOR_TOKEN_ENV", "NAME",
     "the variable that holds the token, where there is no file; the command does not see it",
     kOnce,
     [](std::string_view text, Options& options) -> Status {
       if (!injector::IsVariableName(text)) return Expected("the name of a variable");
       options.token_env = text;
       return {};
     }},
    {kService, "--oidc", "INJECTOR_OIDC", "github",
     "ask GitHub Actions for a token that says whose job this is; the command does not see "
     "ACTIONS_ID_TOKEN_REQUEST_TOKEN and _URL then",
     kOnce, OneOf<kOidc, &Options::oidc>},
    {kService, "--oidc-audience", "INJECTOR_OIDC_AUDIENCE", "TEXT",
     "for whom that token is (default: the service's URL)", kOnce, Path<&Options::oidc_audience>},
    {kService, "--ca-file", "INJECTOR_CA_FILE", "FILE",
     "the authorities that sign its certificate (default: $SSL_CERT_FILE, else the system's)",
     kOnce, Path<&Options::ca_file>},
    {kService, "--client-cert", "INJECTOR_CLIENT_CERT", "FILE",
     "our own certificate, for services that want one", kOnce, Path<&Options::client_certificate>},
    {kService, "--client-key", "INJECTOR_CLIENT_KEY", "FILE", "its key (default: in the same file)",
     kOnce, Path<&Options::client_key>},
    {kValues, "--values", "INJECTOR_VALUES", "FILE",
     "a JSON array of strings, {\"base64\": …} or {\"name\": …, \"value\": …}; may be a pipe",
     kOnce,
     [](std::string_view text, Options& options) -> Status {
       if (text == "-") return Expected("a file: stdin is the stream to be scrubbed");
       return SetPath(text, options.values);
     }},
    {kEnvironment, "--job", "INJECTOR_JOB", "FILE",
     "a job file: connections, variables and template files that the job needs", kOnce,
     Path<&Options::job_file>},
    {kEnvironment, "--dotenv", "INJECTOR_DOTENV", "[=PATH]",
     "the entries of .env (or PATH) become variables of the job, and its secrets are scrubbed",
     kOnce,
     [](std::string_view text, Options& options) {
       return SetPath(text, options.dotenv.emplace());
     }},
    {kEnvironment, "--fields", "INJECTOR_FIELDS", "",
     "also set CONN_<NAME>_<FIELD>, CONN_<NAME>_URI and, of databases, CONN_<NAME>_JDBC_URL",
     kSwitch, Switch<&Options::fields>},
    {kEnvironment, "--render-env", "INJECTOR_RENDER_ENV", "",
     "fill in {{ conn.NAME.FIELD }} and {{ var.KEY }} in inherited variables", kSwitch,
     Switch<&Options::render_env>},
    {kEnvironment, "--render-args", "INJECTOR_RENDER_ARGS", "",
     "… in the command's arguments, which every process of the machine can read", kSwitch,
     Switch<&Options::render_args>},
    {kEnvironment, "--on-conflict", "INJECTOR_ON_CONFLICT", "error|keep|overwrite",
     "when a credential is inherited with another value than a connection gives it (default: "
     "error); host, port, region and the like are always set",
     kOnce, OneOf<kOnConflict, &Options::on_conflict>},
    {kEnvironment, "--files-dir", "INJECTOR_FILES_DIR", "DIR",
     "where secret files are made (default: $XDG_RUNTIME_DIR, /run/user/UID, /dev/shm, /run, "
     "$TMPDIR, /tmp)",
     kOnce, Path<&Options::files_dir>},
    {kEnvironment, "--clear-env", "INJECTOR_CLEAR_ENV", "",
     "do not hand on the inherited environment, but for --keep-env", kSwitch,
     Switch<&Options::clear_env>},
    {kEnvironment, "--keep-env", "INJECTOR_KEEP_ENV", "LIST",
     "variables that stay with --clear-env, or although connections.yaml names them", kList,
     Append<&Options::keep_env>},
    {kScrubbing, "--mask", "INJECTOR_MASK", "TEXT",
     "what stands for a secret; {name} is its name (default: ***)", kOnce, SetMask},
    {kScrubbing, "--min-length", "INJECTOR_MIN_LENGTH", "N",
     "the shortest value that is scrubbed, in bytes (default: 6)", kOnce, SetMinLength},
    {kScrubbing, "--short-secrets", "INJECTOR_SHORT_SECRETS", "warn|error|mask",
     "what to do about secrets below that (default: warn)", kOnce,
     OneOf<kShortSecrets, &Options::short_secrets>},
    {kScrubbing, "--no-scrub", "INJECTOR_NO_SCRUB", "REF.FIELD",
     "a field that may be shown, also where ${VAR} or PIPELINE_CONN_NAME brought it; a value that "
     "another secret of the job holds too stays masked",
     kRepeated, Append<&Options::no_scrub>},
    {kScrubbing, "--scrub-env", "INJECTOR_SCRUB_ENV", "PATTERN",
     "inherited variables whose values are scrubbed, by name, instead of the default: "
     "*PASSWORD* *SECRET* *TOKEN* *_KEY *CREDENTIAL*",
     kList,
     [](std::string_view text, Options& options) {
       if (!options.scrub_env) options.scrub_env.emplace();
       return AddTo(text, *options.scrub_env);
     }},
    {kScrubbing, "--no-scrub-env", "INJECTOR_NO_SCRUB_ENV", "",
     "scrub no inherited variable for its name alone", kSwitch,
     [](std::string_view text, Options& options) -> Status {
       if (text == "1") options.scrub_env.emplace();
       return {};
     }},
    {kScrubbing, "--report", "INJECTOR_REPORT", "FILE",
     "write there, at the end, how often each secret was masked and in which form (JSON, no "
     "values)",
     kOnce, Path<&Options::report>},
    {kScrubbing, "--on-leak", "INJECTOR_ON_LEAK", "mask|fail",
     "fail: exit 123 when something was masked and the status would have been 0 (default: mask)",
     kOnce, OneOf<kOnLeak, &Options::on_leak>},
    {kRunning, "--exec", "INJECTOR_EXEC", "",
     "become the command: same process, nothing is supervised, nothing is scrubbed; refused where "
     "files, scrubbing or supervision are asked for",
     kSwitch, Switch<&Options::exec>},
    {kRunning, "--tty", "INJECTOR_TTY", "auto|always|never",
     "give the command a terminal of its own (default: auto, when our stdout is one)", kOnce,
     OneOf<kTerminal, &Options::terminal>},
    {kRunning, "--hold-back", "INJECTOR_HOLD_BACK", "DURATION",
     "on a terminal: how long output rests before the first letters of what may be a secret are "
     "shown (default: 100ms)",
     kOnce, Duration<&Options::hold_back>},
    {kRunning, "--cwd", "INJECTOR_CWD", "DIR", "where the command starts", kOnce,
     Path<&Options::cwd>},
    {kRunning, "--user", "INJECTOR_USER", "UID[:GID]", "drop privileges before the command", kOnce,
     [](std::string_view text, Options& options) -> Status {
       ASSIGN_OR_RETURN(options.user, ParseUser(text));
       return {};
     }},
    {kRunning, "--signal-scope", "INJECTOR_SIGNAL_SCOPE", "auto|group|child",
     "whom HUP, INT, QUIT and TERM are passed on to (default: auto, the command's group, or the "
     "command alone where the terminal tells the group)",
     kOnce, OneOf<kSignalScope, &Options::signal_scope>},
    {kRunning, "--kill-after", "INJECTOR_KILL_AFTER", "DURATION",
     "KILL to the job's group so long after the first such signal, or the TERM of --on-rotate "
     "restart (default: never)",
     kOnce, Duration<&Options::kill_after>},
    {kRunning, "--on-rotate", "INJECTOR_ON_ROTATE", "none|signal:NAME|restart",
     "when credentials change while the command runs: it gets this signal, or is ended with TERM "
     "and started anew; files are rewritten in any case (default: none)",
     kOnce, SetOnRotate},
    {kRunning, "--drain-timeout", "INJECTOR_DRAIN_TIMEOUT", "DURATION",
     "how long background processes may hold the output in silence (default: 2s)", kOnce,
     Duration<&Options::drain_timeout>},
    {kRunning, "--drain-limit", "INJECTOR_DRAIN_LIMIT", "DURATION", "… and in all (default: 30s)",
     kOnce, Duration<&Options::drain_limit>},
    {kRunning, "--straggler-grace", "INJECTOR_STRAGGLER_GRACE", "DURATION",
     "as PID 1: between TERM and KILL for what the command left behind, unless a second signal to "
     "end comes (default: 5s)",
     kOnce, Duration<&Options::straggler_grace>},
    {kRunning, "--no-parent-death", "INJECTOR_NO_PARENT_DEATH", "",
     "let the command live on when runner-shim is killed", kSwitch,
     [](std::string_view text, Options& options) -> Status {
       options.parent_death = text != "1";
       return {};
     }},
    {kRunning, "--log-format", "INJECTOR_LOG_FORMAT", "text|json",
     "json: also one line on stderr for each connection, the command's start and its end (default: "
     "text)",
     kOnce, OneOf<kLogFormat, &Options::log_format>},
    {kRunning, "--dry-run", "", "", "show what the command would be given, and do not run it",
     kSwitch,
     [](std::string_view text, Options& options) -> Status {
       if (text == "1") options.action = Options::Action::kDryRun;
       return {};
     }},
};

}  // namespace

std::span<const OptionRow> OptionTable() { return kTable; }

bool Takes(Command command, const OptionRow& row) {
  switch (command) {
    case Command::kJob:
      return row.group.for_jobs;
    case Command::kScrub:
      return !row.group.filter_heading.empty();
    case Command::kMask:
    case Command::kInstall:
      return false;
  }
  return false;
}

}  // namespace runner_shim
