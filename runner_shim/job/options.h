#pragma once
// What the caller of runner-shim asked for: the command line over the INJECTOR_… variables over the
// job file over the defaults. One table (option_table.cc) names every option with its variable and
// its meaning.

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/inject/environment.h"
#include "runner_shim/job/start_environment.h"
#include "runner_shim/process/child_command.h"
#include "runner_shim/process/signal_forwarder.h"
#include "runner_shim/process/supervisor_options.h"
#include "runner_shim/scrub/needle_set.h"

namespace runner_shim {

struct JobFileEntry;
class JobTemplates;

// A template of the job file, to be rendered into the private directory.
struct TemplateFile {
  std::string path;
  std::string variable;  // holds the path of what is made of it
  std::string where;     // the place that names it: "job.yaml:9:5"
};

// -c REF[=PREFIX]
struct ConnectionOption {
  std::string reference;
  std::string prefix;
  // What a job file says of it beside that; null: it is in none.
  std::shared_ptr<const JobFileEntry> details = nullptr;
};

// --variable KEY[=NAME]
struct VariableOption {
  std::string key;
  std::string name;  // empty: the key in upper case
};

// What runner-shim is called for.
enum class Command {
  kJob,      // runner-shim -- COMMAND
  kScrub,    // runner-shim scrub: a filter
  kMask,     // runner-shim mask: tells the job's shim of a value
  kInstall,  // runner-shim install DIR: copies this program
};

struct JobOptions {
  enum class Action { kRun, kDryRun, kHelp, kVersion, kLicenses };
  enum class OnLeak { kMask, kFail };
  enum class LogFormat { kText, kJson };
  // What is done for a command whose credentials have changed, beside masking them and rewriting
  // its files.
  enum class OnRotate { kNone, kSignal, kRestart };

  Command kind = Command::kJob;
  Action action = Action::kRun;

  std::vector<ConnectionOption> connections;
  std::vector<VariableOption> variables;
  bool attached = false;              // also everything that is attached to the repo
  std::string job_file;               // a path; empty: none
  std::optional<std::string> dotenv;  // a path: its entries become the job's variables
  std::vector<TemplateFile> template_files;
  bool render_env = false;                        // templates in inherited values
  bool render_args = false;                       // templates in the command's arguments
  std::shared_ptr<const JobTemplates> templates;  // all of the above, parsed; null: none
  std::vector<std::string> sources;  // as open_source.h spells them, in order; empty: the default
  std::string fallback;              // the same, when a service is unavailable; empty: none
  std::string repo;                  // whose job this is, for services
  std::string token_file;            // a path
  std::string token_env;             // a variable's name, where there is no file
  // Who is asked for a token, where there is neither.
  enum class Oidc { kNone, kGithub };
  Oidc oidc = Oidc::kNone;
  std::string oidc_audience;       // empty: the service's URL
  std::string ca_file;             // PEM; empty: the system's authorities
  std::string client_certificate;  // PEM; empty: none
  std::string client_key;          // PEM; empty: in the file of the certificate
  std::string key_file;            // empty: PIPELINE_ENCRYPTION_KEY
  bool strict = false;             // refuse literal secrets in connections.yaml
  std::string values;              // of the filter: a path; empty: none
  std::string install_directory;   // of kInstall: a path

  bool fields = false;                              // also CONN_<NAME>_<FIELD> and CONN_<NAME>_URI
  std::optional<injector::OnConflict> on_conflict;  // nullopt: kError
  std::string files_dir;                            // empty: DefaultBases (private_directory.h)
  bool clear_env = false;
  std::vector<std::string> keep_env;

  std::size_t min_length = 6;  // bytes, without LF and CR
  std::string mask = "***";
  ShortSecrets short_secrets = ShortSecrets::kWarn;
  std::vector<std::string> no_scrub;                  // "REF.FIELD"
  std::optional<std::vector<std::string>> scrub_env;  // patterns; nullopt: the default ones
  std::string report;                                 // a path; empty: none
  OnLeak on_leak = OnLeak::kMask;

  std::chrono::milliseconds fetch_timeout{30000};
  LogFormat log_format = LogFormat::kText;

  bool exec = false;  // become the command instead of supervising it
  std::string cwd;
  std::optional<ChildUser> user;
  TerminalUse terminal = TerminalUse::kAutomatic;
  std::chrono::milliseconds hold_back{100};
  SignalScope signal_scope = SignalScope::kAutomatic;
  bool parent_death = true;
  std::optional<std::chrono::milliseconds> kill_after;
  OnRotate on_rotate = OnRotate::kNone;
  int rotation_signal = 0;  // of OnRotate::kSignal
  std::chrono::milliseconds drain_timeout{2000};
  std::chrono::milliseconds drain_limit{30000};
  std::chrono::milliseconds straggler_grace{5000};

  std::vector<std::string> command;  // byte for byte as given

  // The settings that came from a variable, not from the command line: its name, by the option's.
  std::map<std::string_view, std::string_view> variables_used;
  // How the caller gave the option `flag` ("--cwd"), for messages: the name of its variable, or
  // `flag` itself.
  std::string_view NameOf(std::string_view flag) const;

  // Whether any source has to be asked.
  bool asks_for_something() const;
};

// `arguments`: argv without the program's name. Everything after the first "--" is the command;
// `scrub`, `mask` or `install DIR` may stand anywhere before it.
// kInvalidArgument names the option (and its variable, if it came from there), never its value.
injector::Result<JobOptions> ParseOptions(const std::vector<std::string>& arguments,
                                          const StartEnvironment& environment);

// What --help prints of `command`.
std::string HelpText(Command command = Command::kJob);

}  // namespace runner_shim
