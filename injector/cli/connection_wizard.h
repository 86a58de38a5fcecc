#pragma once
// Asks a person for a connection, field by field, with what the catalogue knows of its type: what
// is required first, defaults and help beside each question, secrets without echo.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/terminal.h"
#include "injector/model/connection.h"

namespace injector {

struct WizardRequest {
  std::string type;                // empty: ask
  std::string alias;               // empty: ask
  std::vector<std::string> taken;  // names that are in use
};

// The connection as answered; what got an empty answer is left out. An answer that cannot be is
// explained and asked for again. Ends with the error of the terminal when that is closed.
Result<Connection> AskForConnection(Terminal& terminal, const WizardRequest& request);

}  // namespace injector
