#pragma once
// Commands, their options and --help. CLI11 does the work; it is hidden here because its one header
// costs seconds in every file that includes it, so that command.cc alone does.
//
// A subcommand lives in a file of its own and has one function, declared in commands.h, that adds
// it to its parent:
//
//   void DefineKeyNew(Command key, Invocation& invocation) {
//     auto options = std::make_shared<Options>();
//     Command command = key.AddCommand(kText);
//     command.AddOption("--out", "FILE", options->path, "…");
//     command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
//   }
//
// Parsing never acts: OnChosen only says what is to be done, or what is wrong with the words.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"

namespace CLI {
class App;
}

namespace injector {

// A command's own words. All of them are shown by --help.
struct CommandText {
  const char* name;
  const char* summary;   // one line, for the list of commands
  const char* details;   // whole lines; may be empty
  const char* examples;  // lines that work when pasted into a shell
};

struct FlagText {
  const char* name;
  const char* help;
};

struct OptionOutline {
  std::vector<std::string> names;  // "--help", "-h"
  std::string value;  // its value's name in --help, "FILE" or "text|json"; empty: a flag
  std::string help;
};

// A command, its words and everything below it, for completion.
struct CommandOutline {
  std::string name;
  std::string summary;
  std::vector<OptionOutline> options;
  std::vector<std::string> arguments;  // their names in --help
  std::vector<CommandOutline> commands;
};

// One command of a Program, which must outlive it: a reference that is cheap to copy. Every
// `target` must live until the words are parsed, and stays as it was when its word is not given.
// `value` names an option's value in --help; `help` may have several lines.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  Command AddCommand(const CommandText& text);
  // One that only holds others.
  Command AddGroup(const CommandText& text);

  void AddArgument(const char* name, std::string& target, const char* help);
  void AddOptionalArgument(const char* name, std::string& target, const char* help);

  // Take all the words that are left; the first at least one.
  void AddArguments(const char* name, std::vector<std::string>& target, const char* help);
  void AddOptionalArguments(const char* name, std::vector<std::string>& target, const char* help);

  // Takes one value, at most once.
  void AddOption(const char* name, const char* value, std::string& target, const char* help);
  void AddOption(const char* name, const char* value, std::optional<std::string>& target,
                 const char* help);
  // `take` is given the value and may refuse it; its error must not repeat it.
  void AddOption(const char* name, const char* value,
                 std::function<Status(const std::string&)> take, const char* help);
  // Takes one value each time it is given.
  void AddRepeatedOption(const char* name, const char* value, std::vector<std::string>& target,
                         const char* help);

  void AddFlag(const char* name, bool& target, const char* help);
  // Two flags that exclude each other: `on` makes `target` true, `off` false.
  void AddSwitch(const FlagText& on, const FlagText& off, std::optional<bool>& target);

  // At most one of two options. Requires: both are there.
  void MakeExclusive(const char* option, const char* other);

  CommandOutline Outline() const;

  // Called when the words are parsed and this command is the one they name.
  void OnChosen(std::function<void()> callback);

 private:
  CLI::App* app_;
};

// The program itself: what its commands hang on.
class Program {
 public:
  // `version` is what --version prints.
  Program(const CommandText& text, const std::string& version);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Its options stand before or after those of the subcommand.
  Command command() { return Command(*app_); }

  // `words`: the arguments after the program's name. Fills the targets and calls OnChosen; or
  // returns the text that --help or --version asks for. kInvalidArgument: wrong usage; the hint
  // says what may have been meant. Neither repeats a word, but for the name of an option or field,
  // and for what looks like a command.
  Result<std::optional<std::string>> Parse(std::vector<std::string> words);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace injector
