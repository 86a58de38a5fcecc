#include "injector/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/model/nearest_name.h"

namespace injector {
namespace {

constexpr CommandText kProgram = {
    "injector", "Keeps the credentials that jobs use: encrypted, named, and out of logs.",
    "Connections and variables are kept in one encrypted file; its key comes from the variable\n"
    "PIPELINE_ENCRYPTION_KEY, from --key-file, or from --ask-passphrase. Values are read from\n"
    "stdin, from a file or from a prompt without echo, never from the command line, which every\n"
    "process on the machine can read.\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage. Results go to stdout, all else to stderr.\n",
    "  injector key new --out ~/.injector.key\n"
    "  export INJECTOR_STORE=connections.enc.json\n"
    "  injector --key-file ~/.injector.key connections set movies --type postgres \\\n"
    "      --field host=db.example.com --field login=app --secret password\n"
    "  injector --key-file ~/.injector.key connections list\n"};

constexpr CommandText kConnections = {
    "connections", "Keep connections: set, get, list, delete, rekey", "",
    "  injector connections set movies --type postgres --field host=db --secret password\n"
    "  injector connections get movies\n"
    "  injector connections list --output json\n"};

constexpr CommandText kVariables = {"variables", "Keep single values: set, get, list, delete", "",
                                    "  printf %s eu-central-1 | injector variables set region\n"
                                    "  injector variables set api_token --secret < token.txt\n"
                                    "  injector variables list\n"};

constexpr CommandText kKey = {"key", "Make keys for stores", "",
                              "  injector key new --out ~/.injector.key\n"};

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

void DefineGlobalOptions(CLI::App& program, GlobalOptions& options) {
  program
      .add_option("--store", options.store_path,
                  "The store; else $INJECTOR_STORE, else\n~/.config/injector/connections.enc.json")
      ->option_text("FILE");
  CLI::Option* key_file = program
                              .add_option("--key-file", options.key_file,
                                          "A file with the store's key or passphrase; wins over\n"
                                          "$PIPELINE_ENCRYPTION_KEY [INJECTOR_KEY_FILE]")
                              ->option_text("FILE");
  program
      .add_flag("--ask-passphrase", options.ask_passphrase,
                "Ask for the passphrase on the terminal, without echo")
      ->excludes(key_file);
  program
      .add_option_function<std::string>(
          "--output",
          [&options](const std::string& format) {
            options.output = format == "json" ? OutputFormat::kJson : OutputFormat::kText;
          },
          "How results are written: text (default) or json")
      ->check([](const std::string& format) {
        return format == "text" || format == "json" ? "" : "expected text or json";
      })
      ->option_text("FORMAT");
}

void DefineCommands(CLI::App& program, Invocation& invocation) {
  CLI::App& connections = AddCommandGroup(program, kConnections);
  DefineConnectionsSet(connections, invocation);
  DefineConnectionsGet(connections, invocation);
  DefineConnectionsList(connections, invocation);
  DefineConnectionsDelete(connections, invocation);
  DefineConnectionsRekey(connections, invocation);
  CLI::App& variables = AddCommandGroup(program, kVariables);
  DefineVariablesSet(variables, invocation);
  DefineVariablesGet(variables, invocation);
  DefineVariablesList(variables, invocation);
  DefineVariablesDelete(variables, invocation);
  DefineTypes(program, invocation);
  DefineKeyNew(AddCommandGroup(program, kKey), invocation);
}

std::unique_ptr<CLI::App> MakeProgram(Invocation& invocation) {
  auto program = std::make_unique<CLI::App>(kProgram.summary, kProgram.name);
  program->formatter(std::make_shared<HelpLayout>());
  program->fallthrough();  // global options after the subcommand too
  program->require_subcommand(1);
  program->set_help_flag("-h,--help", "Show this help");
  program->set_version_flag("--version", "injector " INJECTOR_VERSION, "Show the version");
  program->footer(CommandFooter(kProgram));
  DefineGlobalOptions(*program, invocation.options);
  DefineCommands(*program, invocation);
  return program;
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

// `words` are those that nothing took.
Error UnexpectedWord(const CLI::App& command, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (!word.starts_with('-')) continue;
    const std::string name = word.substr(0, word.find('='));  // what follows may be a secret
    return UsageError(command, "unknown option " + name, NearestName(name, KnownOptions(command)));
  }
  if (!TakesCommand(command)) {
    return UsageError(command, command.get_name() + ": more arguments than expected", "");
  }
  return UsageError(command, "unknown command", NearestName(words.front(), KnownCommands(command)));
}

Error ExplainParseError(const CLI::App& program, const CLI::ParseError& error) {
  const CLI::App& command = Selected(program);
  // Looked at first: CLI11 would rather complain that a misspelt command is missing.
  const std::vector<std::string> unexpected = program.remaining(true);
  if (!unexpected.empty()) return UnexpectedWord(command, unexpected);
  if (TakesCommand(command)) return UsageError(command, "no command given", "");
  // CLI11 repeats the value that it could not convert; the others name options only.
  if (error.get_name() == "ConversionError") {
    return UsageError(command, "a flag was given a value it cannot take", "");
  }
  return UsageError(command, error.what(), "");
}

Action PrintAction(std::string text) {
  return [text = std::move(text)](Session& session) { return session.Print(text); };
}

}  // namespace

Result<Invocation> ParseCommandLine(std::vector<std::string> words) {
  Invocation invocation;
  const std::unique_ptr<CLI::App> program = MakeProgram(invocation);
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    program->parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    invocation.action = PrintAction(program->help());
  } catch (const CLI::CallForVersion&) {
    invocation.action = PrintAction(program->version() + "\n");
  } catch (const CLI::ParseError& error) {
    return ExplainParseError(*program, error);
  }
  if (!invocation.action.ok()) return std::move(invocation.action).error();
  return invocation;
}

}  // namespace injector
