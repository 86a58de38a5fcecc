#pragma once
// Asks a person for a connection, field by field, with what the catalogue knows of its type: what
// is required first, defaults and help beside each question, secrets without echo.

#include <functional>
#include <string>

#include "injector/base/result.h"
#include "injector/cli/terminal.h"
#include "injector/model/connection.h"

namespace injector {

// What the wizard wants to know of a secret field.
enum class SecretAnswers {
  kTyped,  // its value
  kNamed,  // whether there is one: it comes from elsewhere, and is left empty here
};

struct WizardRequest {
  std::string type;   // empty: ask
  std::string alias;  // empty: ask
  std::function<bool(const ConnectionName&)> is_taken;
  SecretAnswers secrets = SecretAnswers::kTyped;
};

// The connection as answered; what got an empty answer is left out. An answer that cannot be is
// explained and asked for again. kAlreadyExists for a given alias that is taken. Ends with the
// error of the terminal when that is closed.
Result<Connection> AskForConnection(Terminal& terminal, const WizardRequest& request);

}  // namespace injector
