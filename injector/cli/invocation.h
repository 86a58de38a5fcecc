#pragma once
// What a command line asks for: an action, and the options of every command.

#include <functional>
#include <string>
#include <vector>

#include "injector/base/result.h"

namespace injector {

class Session;

enum class OutputFormat { kText, kJson };

// The credential service that commands work on, and who asks. What is empty: as the environment
// says (settings.h).
struct ServiceGlobalOptions {
  std::string url;  // empty there as well: none; commands work on a store
  std::string token_file;
  std::string ca_file;             // PEM; empty: the system's authorities
  std::string client_certificate;  // PEM; empty: none
  std::string client_key;          // PEM; empty: in the file of the certificate
};

// Options that stand before or after the subcommand.
struct GlobalOptions {
  std::string store_path;            // empty: as the environment says (settings.h)
  std::vector<std::string> sources;  // as --source spells them; empty: the store
  std::string key_file;              // empty: none
  bool ask_passphrase = false;
  ServiceGlobalOptions service;
  OutputFormat output = OutputFormat::kText;
};

using Action = std::function<Status(Session&)>;

struct Invocation {
  GlobalOptions options;
  // An error here is one of usage: the words are wrong, whatever is in the store.
  Result<Action> action = Action();
};

}  // namespace injector
