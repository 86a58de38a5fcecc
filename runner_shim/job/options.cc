#include "runner_shim/job/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "injector/base/ascii.h"
#include "runner_shim/job/job_templates.h"
#include "runner_shim/job/open_source.h"
#include "runner_shim/job/option_table.h"
#include "runner_shim/job/usage_error.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::Status;

// What one option was given on the command line, in order; absent: not given at all.
using GivenValues = std::map<const OptionRow*, std::vector<std::string>>;

Status Apply(const OptionRow& row, std::string_view value, std::string_view shown_name,
             JobOptions& options) {
  Status applied = row.apply(value, options);
  if (applied.ok()) return applied;
  return std::move(applied).error().WithContext(shown_name);
}

Result<std::string_view> SwitchValue(std::string_view text) {
  const std::string word = injector::ToAsciiLower(text);
  for (const char* on : {"1", "true", "yes", "on"}) {
    if (word == on) return std::string_view("1");
  }
  for (const char* off : {"0", "false", "no", "off", ""}) {
    if (word == off) return std::string_view("0");
  }
  return Error(ErrorCode::kInvalidArgument, "expected 1 or 0");
}

// As Apply, but a switch takes the usual words for on and off, wherever they stand.
Status ApplyText(const OptionRow& row, std::string_view text, std::string_view shown_name,
                 JobOptions& options) {
  if (row.arity != OptionArity::kSwitch) return Apply(row, text, shown_name, options);
  Result<std::string_view> value = SwitchValue(text);
  if (!value.ok()) return std::move(value).error().WithContext(shown_name);
  return Apply(row, *value, shown_name, options);
}

// The items of a comma-separated list, each in turn.
Status ApplyList(const OptionRow& row, std::string_view text, std::string_view shown_name,
                 JobOptions& options) {
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = injector::StripAsciiSpace(text.substr(0, comma));
    if (!item.empty()) RETURN_IF_ERROR(Apply(row, item, shown_name, options));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return {};
}

bool IsListed(const OptionRow& row) {
  return row.arity == OptionArity::kList || row.arity == OptionArity::kRepeated;
}

Status ApplyVariable(const OptionRow& row, std::string_view text, JobOptions& options) {
  return IsListed(row) ? ApplyList(row, text, row.variable, options)
                       : ApplyText(row, text, row.variable, options);
}

bool IsEmptyList(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == ',' || injector::IsAsciiSpace(c); });
}

// A list of nothing is refused by the option itself, not passed over.
Status ApplyFlag(const OptionRow& row, std::string_view text, JobOptions& options) {
  if (row.arity != OptionArity::kList) return ApplyText(row, text, LongFlag(row), options);
  if (IsEmptyList(text)) return Apply(row, "", LongFlag(row), options);
  return ApplyList(row, text, LongFlag(row), options);
}

constexpr std::string_view SpellingOf(Command command) {
  switch (command) {
    case Command::kJob:
      return "runner-shim -- COMMAND";
    case Command::kScrub:
      return "runner-shim scrub";
    case Command::kMask:
      return "runner-shim mask";
    case Command::kInstall:
      return "runner-shim install";
  }
  return "runner-shim";
}

// First all variables, then the command line: so a flag also wins over the variable of another
// option that says the opposite (--scrub-env over INJECTOR_NO_SCRUB_ENV).
Status ApplyAll(const GivenValues& given, const StartEnvironment& environment,
                JobOptions& options) {
  for (const OptionRow& row : OptionTable()) {
    if (row.variable.empty() || given.contains(&row) || !Takes(options.kind, row)) continue;
    const std::string_view text = environment.Reveal(row.variable);
    // An empty variable counts as not set: CI systems cannot unset one.
    if (text.empty()) continue;
    RETURN_IF_ERROR(ApplyVariable(row, text, options));
    options.variables_used.emplace(LongFlag(row), row.variable);
  }
  for (const OptionRow& row : OptionTable()) {
    const auto found = given.find(&row);
    if (found == given.end()) continue;
    if (!Takes(options.kind, row)) {
      return Error(ErrorCode::kInvalidArgument, std::string(LongFlag(row)) + ": not an option of " +
                                                    std::string(SpellingOf(options.kind)));
    }
    for (const std::string& value : found->second) {
      RETURN_IF_ERROR(ApplyFlag(row, value, options));
    }
  }
  return {};
}

// `extra`: the words that are neither options nor their values.
Result<Command> ReadCommand(const std::vector<std::string>& extra) {
  if (extra.empty()) return Command::kJob;
  if (extra.size() == 1 && extra[0] == "scrub") return Command::kScrub;
  if (extra.size() == 1 && extra[0] == "mask") return Command::kMask;
  if (extra.size() <= 2 && extra[0] == "install") return Command::kInstall;
  return UnknownWords(extra);
}

struct CommandLine {
  Command command = Command::kJob;
  std::string install_directory;
  GivenValues given;
  JobOptions::Action action = JobOptions::Action::kRun;
};

// Splits words into options and values; what the values mean is the table's business.
Result<CommandLine> ReadCommandLine(std::vector<std::string> words) {
  CommandLine line;
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false;
  bool version = false;
  bool licenses = false;
  app.add_flag("-h,--help", help);
  app.add_flag("--version", version);
  app.add_flag("--licenses", licenses);
  std::vector<CLI::Option*> declared;
  for (const OptionRow& row : OptionTable()) {
    const std::string flags(row.flags);
    // Bare options: with a variable bound, CLI11 would take "[x]" for a list and lose the brackets.
    declared.push_back(row.arity == OptionArity::kSwitch ? app.add_flag(flags)
                                                         : app.add_option(flags)->expected(1));
    declared.back()->multi_option_policy(IsListed(row) ? CLI::MultiOptionPolicy::TakeAll
                                                       : CLI::MultiOptionPolicy::TakeLast);
  }
  // Alone it stands for the usual file.
  std::replace(words.begin(), words.end(), std::string("--dotenv"), std::string("--dotenv=.env"));
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    return UsageErrorFor(error);
  }
  const std::vector<std::string> extra = app.remaining();
  ASSIGN_OR_RETURN(line.command, ReadCommand(extra));
  if (line.command == Command::kInstall && extra.size() == 2) line.install_directory = extra[1];
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const OptionRow& row = OptionTable()[i];
    if (declared[i]->count() > 0) line.given[&row] = declared[i]->results();
  }
  if (help) line.action = JobOptions::Action::kHelp;
  if (version) line.action = JobOptions::Action::kVersion;
  if (licenses) line.action = JobOptions::Action::kLicenses;
  return line;
}

// What --exec cannot keep: nothing of runner-shim is left once it has become the command.
Status CheckExec(const JobOptions& options) {
  if (!options.exec) return {};
  const JobOptions defaults;
  const bool leased = std::ranges::any_of(options.sources, &IsLeased);
  const bool scrubs = options.scrub_env && !options.scrub_env->empty();
  const std::pair<bool, std::string_view> wishes[] = {
      {!options.files_dir.empty(), "--files-dir"},
      {options.mask != defaults.mask, "--mask"},
      {options.min_length != defaults.min_length, "--min-length"},
      {options.short_secrets != defaults.short_secrets, "--short-secrets"},
      {scrubs, "--scrub-env"},
      {!options.report.empty(), "--report"},
      {options.on_leak != defaults.on_leak, "--on-leak"},
      {options.terminal == TerminalUse::kAlways, "--tty always"},
      {options.hold_back != defaults.hold_back, "--hold-back"},
      {options.signal_scope != defaults.signal_scope, "--signal-scope"},
      {options.kill_after.has_value(), "--kill-after"},
      {options.drain_timeout != defaults.drain_timeout, "--drain-timeout"},
      {options.drain_limit != defaults.drain_limit, "--drain-limit"},
      {options.straggler_grace != defaults.straggler_grace, "--straggler-grace"},
      {!options.parent_death, "--no-parent-death"},
      {options.on_rotate != defaults.on_rotate, "--on-rotate"},
      {leased, "a source that grants leases"},
  };
  for (const auto& [asked, what] : wishes) {
    if (!asked) continue;
    return Error(ErrorCode::kInvalidArgument,
                 "--exec cannot go with " + std::string(options.NameOf(what)))
        .WithHint("with --exec nothing is supervised or scrubbed: leave one of the two out");
  }
  return {};
}

Status CheckFallback(const JobOptions& options) {
  if (options.fallback.empty()) return {};
  if (IsLeased(options.fallback)) {
    return Error(ErrorCode::kInvalidArgument, "--fallback: expected file:PATH or yaml:PATH");
  }
  if (!options.attached) return {};
  return Error(ErrorCode::kInvalidArgument, "--fallback cannot go with --attached")
      .WithHint("no file knows what is attached: name the connections");
}

Status CheckToken(const JobOptions& options) {
  if (options.oidc == JobOptions::Oidc::kNone) return {};
  if (options.token_file.empty() && options.token_env.empty()) return {};
  const std::string other(
      options.NameOf(options.token_file.empty() ? "--token-env" : "--token-file"));
  return Error(ErrorCode::kInvalidArgument,
               std::string(options.NameOf("--oidc")) + " cannot go with " + other)
      .WithHint("either the job's own token, or one that is stored");
}

Status CheckCommand(const JobOptions& options) {
  if (options.kind == Command::kInstall && options.install_directory.empty()) {
    return UsageError("runner-shim install: which directory?");
  }
  if (options.kind != Command::kJob) {
    if (options.command.empty()) return {};
    return UsageError(std::string(SpellingOf(options.kind)) + " runs no command");
  }
  if (!options.command.empty() || options.action != JobOptions::Action::kRun) return {};
  return Error(ErrorCode::kInvalidArgument, "no command to run")
      .WithHint("runner-shim [OPTION…] -- COMMAND [ARGUMENT…]");
}

}  // namespace

std::string_view JobOptions::NameOf(std::string_view flag) const {
  const auto found = variables_used.find(flag);
  return found == variables_used.end() ? flag : found->second;
}

bool JobOptions::asks_for_something() const {
  return attached || !connections.empty() || !variables.empty() ||
         (templates && templates->has_references());
}

Result<JobOptions> ParseOptions(const std::vector<std::string>& arguments,
                                const StartEnvironment& environment) {
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  ASSIGN_OR_RETURN(const CommandLine line, ReadCommandLine({arguments.begin(), separator}));
  JobOptions options;
  options.kind = line.command;
  options.action = line.action;
  options.install_directory = line.install_directory;
  if (line.action != JobOptions::Action::kRun) return options;
  if (Status applied = ApplyAll(line.given, environment, options); !applied.ok()) {
    return std::move(applied).error().WithHint(
        "runner-shim --help shows every option, with examples");
  }
  RETURN_IF_ERROR(CheckExec(options));
  RETURN_IF_ERROR(CheckFallback(options));
  RETURN_IF_ERROR(CheckToken(options));
  if (separator != arguments.end()) options.command.assign(separator + 1, arguments.end());
  RETURN_IF_ERROR(CheckCommand(options));
  return options;
}

}  // namespace runner_shim
