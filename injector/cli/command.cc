#include "injector/cli/command.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/model/nearest_name.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

constexpr const char* kGlobalOptions =
    "\n"
    "Options of every command (before or after it):\n"
    "  --store FILE  --source SOURCE  --key-file FILE  --ask-passphrase  --output text|json\n"
    "  --service URL  --token-file FILE  --ca-file FILE  --client-cert FILE  --client-key FILE\n"
    "  `injector --help` explains them.";

// CLI11's layout with the field's usual words, and without what excludes what.
class HelpLayout final : public CLI::Formatter {
 public:
  HelpLayout() {
    column_width(28);
    label("Positionals", "Arguments");
    label("SUBCOMMAND", "COMMAND");
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return "\n" + CLI::Formatter::make_usage(app, name);
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_option_text().empty() ? "" : " " + option->get_option_text();
  }
};

// The details and the examples as they stand below the options in --help.
std::string Footer(const CommandText& text) {
  std::string footer;
  if (*text.details != '\0') footer += std::string(text.details) + "\n";
  footer += "Examples:\n" + std::string(text.examples);
  footer.pop_back();  // CLI11 ends the line
  return footer;
}

CLI::App& AddTo(CLI::App& parent, const CommandText& text) {
  CLI::App* command = parent.add_subcommand(text.name, text.summary);
  command->group("Commands");
  return *command;
}

// The subcommand that was named last; the program itself when there was none.
const CLI::App& Selected(const CLI::App& program) {
  const CLI::App* selected = &program;
  while (!selected->get_subcommands().empty()) selected = selected->get_subcommands().front();
  return *selected;
}

std::string CommandPath(const CLI::App& command) {
  if (command.get_parent() == nullptr) return command.get_name();
  return CommandPath(*command.get_parent()) + " " + command.get_name();
}

bool TakesCommand(const CLI::App& command) { return command.get_require_subcommand_min() > 0; }

// Everything that could have been written where the mistake is.
std::vector<std::string> KnownOptions(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* level = &command; level != nullptr; level = level->get_parent()) {
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<std::string> KnownCommands(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* child : command.get_subcommands({})) names.push_back(child->get_name());
  return names;
}

Error UsageError(const CLI::App& command, const std::string& problem, std::string_view nearest) {
  const std::string help = "see " + CommandPath(command) + " --help";
  return Error(ErrorCode::kInvalidArgument, problem)
      .WithHint(nearest.empty() ? help
                                : "did you mean " + std::string(nearest) + "? (" + help + ")");
}

// Whether `word` may be repeated in a message: a command that was meant, not a value that was put
// in its place. Commands are short and of small letters.
bool LooksLikeACommand(std::string_view word) {
  constexpr std::size_t kLongest = 16;
  return !word.empty() && word.size() <= kLongest &&
         std::all_of(word.begin(), word.end(), [](char c) { return IsAsciiLower(c) || c == '-'; });
}

// What other programs call our commands.
std::string_view OurNameFor(std::string_view word) {
  struct Row {
    std::string_view theirs;
    std::string_view ours;
  };
  constexpr Row kRows[] = {{"show", "get"},      {"ls", "list"},     {"rm", "delete"},
                           {"remove", "delete"}, {"new", "add"},     {"create", "add"},
                           {"update", "set"},    {"edit", "set"},    {"put", "set"},
                           {"test", "doctor"},   {"generate", "new"}};
  for (const Row& row : kRows) {
    if (row.theirs == word) return row.ours;
  }
  return word;
}

// Every command called `name` below `command`, as it is written after that: "connections list".
std::vector<std::string> CommandsNamed(const CLI::App& command, std::string_view name) {
  std::vector<std::string> paths;
  for (const CLI::App* child : command.get_subcommands({})) {
    if (child->get_name() == name) paths.push_back(child->get_name());
    for (const std::string& inner : CommandsNamed(*child, name)) {
      paths.push_back(child->get_name() + " " + inner);
    }
  }
  return paths;
}

std::string Alternatives(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " or ") + name;
  return text;
}

Error UnknownCommand(const CLI::App& command, const std::string& word) {
  if (word == "help") return UsageError(command, "unknown command help", "--help");
  const std::string problem =
      "unknown command" + (LooksLikeACommand(word) ? " " + word : std::string());
  const std::vector<std::string> meant = CommandsNamed(command, OurNameFor(word));
  if (!meant.empty()) return UsageError(command, problem, Alternatives(meant));
  return UsageError(command, problem, NearestName(word, KnownCommands(command)));
}

bool WasGiven(const CLI::App& command, const char* option_name) {
  const CLI::Option* option = command.get_option_no_throw(option_name);
  return option != nullptr && option->count() > 0;
}

// Likely a secret: nothing of it is repeated.
Error ValueOnCommandLine(const CLI::App& command, std::string_view what) {
  return Error(ErrorCode::kInvalidArgument,
               command.get_name() + ": " + std::string(what) +
                   " on the command line, where every process can read it")
      .WithHint(
          "--secret NAME asks for a value and --secret NAME=- reads it from stdin, --uri - a "
          "URL; if the one just given was real, change it");
}

// "host=abc" is a field where the command takes fields. Its value is not repeated.
Error TooManyArguments(const CLI::App& command, const std::string& word) {
  if (command.get_option_no_throw("--uri") != nullptr && word.find("://") != std::string::npos) {
    return ValueOnCommandLine(command, "a URL");
  }
  const std::string problem = command.get_name() + ": more arguments than expected";
  const std::size_t equals = word.find('=');
  const bool is_field = equals != std::string::npos && equals > 0 &&
                        command.get_option_no_throw("--field") != nullptr;
  if (!is_field && WasGiven(command, "--secret")) return ValueOnCommandLine(command, "a value");
  if (!is_field) return UsageError(command, problem, "");
  const std::string name = word.substr(0, equals);
  return UsageError(command, problem,
                    IsSecretName(name) ? "--secret " + name : "--field " + name + "=…");
}

// `words` are those that nothing took.
Error UnexpectedWord(const CLI::App& command, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (!word.starts_with('-')) continue;
    const std::string name = word.substr(0, word.find('='));  // what follows may be a secret
    return UsageError(command, "unknown option " + name, NearestName(name, KnownOptions(command)));
  }
  if (!TakesCommand(command)) return TooManyArguments(command, words.front());
  return UnknownCommand(command, words.front());
}

// For CLI11's "--output: At Most 1 required …" and "--output: 1 required TEXT missing".
Error WrongCount(const CLI::App& command, const std::string& message) {
  const std::string name = message.substr(0, message.find(':'));
  if (message.find("At Most") != std::string::npos) {
    return UsageError(command, name + ": given more than once", "");
  }
  const bool lacks = message.ends_with("missing") || message.find("At least") != std::string::npos;
  return UsageError(command, lacks ? name + ": its value is missing" : message, "");
}

Error ExplainParseError(const CLI::App& program, const CLI::ParseError& error) {
  const CLI::App& command = Selected(program);
  // Looked at first: CLI11 would rather complain that a misspelt command is missing.
  const std::vector<std::string> unexpected = program.remaining(true);
  if (!unexpected.empty()) return UnexpectedWord(command, unexpected);
  if (error.get_name() == "ArgumentMismatch") return WrongCount(command, error.what());
  if (TakesCommand(command)) return UsageError(command, "no command given", "");
  // CLI11 repeats the value that it could not convert; the others name options only.
  if (error.get_name() == "ConversionError") {
    return UsageError(command, "a flag was given a value it cannot take", "");
  }
  return UsageError(command, error.what(), "");
}

OptionOutline OutlineOf(const CLI::Option& option) {
  OptionOutline outline;
  for (const std::string& name : option.get_lnames()) outline.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) outline.names.push_back("-" + name);
  if (option.get_items_expected_max() > 0) outline.value = option.get_option_text();
  outline.help = option.get_description();
  return outline;
}

CommandOutline OutlineOf(const CLI::App& app) {
  CommandOutline outline{app.get_name(), app.get_description(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      outline.arguments.push_back(option->get_name(true));
    } else {
      outline.options.push_back(OutlineOf(*option));
    }
  }
  for (const CLI::App* child : app.get_subcommands({})) {
    outline.commands.push_back(OutlineOf(*child));
  }
  return outline;
}

}  // namespace

CommandOutline Command::Outline() const { return OutlineOf(*app_); }

Command Command::AddCommand(const CommandText& text) {
  CLI::App& command = AddTo(*app_, text);
  command.footer(Footer(text) + "\n" + kGlobalOptions);
  return Command(command);
}

Command Command::AddGroup(const CommandText& text) {
  CLI::App& group = AddTo(*app_, text);
  group.footer(Footer(text));
  // Exactly one: with no upper bound CLI11 would take a NAME that is also the name of a sibling
  // (`connections get list`) for a second command.
  group.require_subcommand(1);
  return Command(group);
}

void Command::AddArgument(const char* name, std::string& target, const char* help) {
  app_->add_option(name, target, help)->option_text(" ")->required();
}

void Command::AddOptionalArgument(const char* name, std::string& target, const char* help) {
  app_->add_option(name, target, help)->option_text(" ");
}

void Command::AddArguments(const char* name, std::vector<std::string>& target, const char* help) {
  app_->add_option(name, target, help)->option_text("...")->required();
}

void Command::AddOptionalArguments(const char* name, std::vector<std::string>& target,
                                   const char* help) {
  app_->add_option(name, target, help)->option_text("...");
}

void Command::AddOption(const char* name, const char* value, std::string& target,
                        const char* help) {
  app_->add_option(name, target, help)->option_text(value);
}

// By a function: CLI11's own support of std::optional takes an empty value for none.
void Command::AddOption(const char* name, const char* value, std::optional<std::string>& target,
                        const char* help) {
  app_->add_option_function<std::string>(
          name, [&target](const std::string& text) { target = text; }, help)
      ->option_text(value);
}

void Command::AddOption(const char* name, const char* value,
                        std::function<Status(const std::string&)> take, const char* help) {
  const auto check = [take = std::move(take)](const std::string& text) {
    const Status taken = take(text);
    return taken.ok() ? std::string() : taken.error().message();
  };
  app_->add_option_function<std::string>(
          name, [](const std::string&) {}, help)
      ->check(check)
      ->option_text(value);
}

void Command::AddRepeatedOption(const char* name, const char* value,
                                std::vector<std::string>& target, const char* help) {
  // A list of one each time: --field a=b NAME must not swallow NAME.
  app_->add_option(name, target, help)->option_text(value)->allow_extra_args(false);
}

void Command::AddFlag(const char* name, bool& target, const char* help) {
  app_->add_flag(name, target, help);
}

void Command::AddSwitch(const FlagText& on, const FlagText& off, std::optional<bool>& target) {
  app_->add_flag_callback(
      on.name, [&target] { target = true; }, on.help);
  app_->add_flag_callback(
      off.name, [&target] { target = false; }, off.help);
  MakeExclusive(on.name, off.name);
}

void Command::MakeExclusive(const char* option, const char* other) {
  app_->get_option(option)->excludes(app_->get_option(other));
}

void Command::OnChosen(std::function<void()> callback) { app_->callback(std::move(callback)); }

Program::Program(const CommandText& text, const std::string& version)
    : app_(std::make_unique<CLI::App>(text.summary, text.name)) {
  app_->formatter(std::make_shared<HelpLayout>());
  app_->fallthrough();  // global options after the subcommand too
  app_->require_subcommand(1);
  app_->set_help_flag("-h,--help", "Show this help");
  app_->set_version_flag("--version", version, "Show the version");
  app_->footer(Footer(text));
}

Program::~Program() = default;

Result<std::optional<std::string>> Program::Parse(std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app_->parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return std::optional<std::string>(app_->help());
  } catch (const CLI::CallForVersion&) {
    return std::optional<std::string>(app_->version() + "\n");
  } catch (const CLI::ParseError& error) {
    return ExplainParseError(*app_, error);
  }
  return std::optional<std::string>();
}

}  // namespace injector
