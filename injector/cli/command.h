#pragma once
// What every subcommand is made of: its words on the command line (CLI11 sees to them) and the
// action they stand for. A subcommand lives in a file of its own and has one function, declared in
// commands.h, that adds it to its parent:
//
//   void DefineKeyNew(CLI::App& key, Invocation& invocation) {
//     auto options = std::make_shared<Options>();
//     CLI::App& command = AddCommand(key, kText);
//     command.add_option("--out", options->path, "…");
//     command.callback([&invocation, options] { invocation.action = Prepare(options); });
//   }
//
// Parsing never acts. The callback only says what is to be done, or what is wrong with the words.

#include <functional>
#include <string>

#include "injector/base/result.h"

namespace CLI {
class App;
}

namespace injector {

class Session;

enum class OutputFormat { kText, kJson };

// Options that stand before or after the subcommand.
struct GlobalOptions {
  std::string store_path;  // empty: as the environment says (settings.h)
  std::string key_file;    // empty: none
  bool ask_passphrase = false;
  OutputFormat output = OutputFormat::kText;
};

using Action = std::function<Status(Session&)>;

// What a command line asks for.
struct Invocation {
  GlobalOptions options;
  // An error here is one of usage: the words are wrong, whatever is in the store.
  Result<Action> action = Action();
};

// A subcommand's own words. All of them are shown by --help.
struct CommandText {
  const char* name;
  const char* summary;   // one line, for the list of commands
  const char* details;   // whole lines; may be empty
  const char* examples;  // lines that work when pasted into a shell
};

// The details and the examples as they stand below the options in --help.
std::string CommandFooter(const CommandText& text);

// Adds the subcommand; the parent owns it.
CLI::App& AddCommand(CLI::App& parent, const CommandText& text);
// Adds one that only holds others.
CLI::App& AddCommandGroup(CLI::App& parent, const CommandText& text);

}  // namespace injector
