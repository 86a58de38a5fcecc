#pragma once
// What a command line asks for: an action, and the options of every command.

#include <functional>
#include <string>
#include <vector>

#include "injector/base/result.h"

namespace injector {

class Session;

enum class OutputFormat { kText, kJson };

// Options that stand before or after the subcommand.
struct GlobalOptions {
  std::string store_path;            // empty: as the environment says (settings.h)
  std::vector<std::string> sources;  // as --source spells them; empty: the store
  std::string key_file;              // empty: none
  bool ask_passphrase = false;
  OutputFormat output = OutputFormat::kText;
};

using Action = std::function<Status(Session&)>;

struct Invocation {
  GlobalOptions options;
  // An error here is one of usage: the words are wrong, whatever is in the store.
  Result<Action> action = Action();
};

}  // namespace injector
