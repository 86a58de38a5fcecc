#pragma once
// A connection whose secrets move out of it, into variables of the environment or of a `.env`.

#include <span>
#include <string>
#include <vector>

#include "injector/base/secret.h"
#include "injector/model/connection.h"

namespace injector {

struct SecretVariable {
  std::string name;   // TYPE_ALIAS_FIELD in upper case: MYSQL_MOVIES_PASSWORD
  std::string field;  // path of the field that it came from
  Secret value;
};

struct ConnectionOfVariables {
  // As connections.yaml has it: what is secret, by its field or by what it holds, stands as
  // ${VARIABLE}, everything else as its literal text.
  Connection connection;
  std::vector<SecretVariable> variables;
};

// Pure. `taken`: names of variables that mean something else; one that would be like them, or like
// another of this connection, gets _2, _3 … at its end.
ConnectionOfVariables MoveSecretsToVariables(const Connection& connection,
                                             std::span<const std::string> taken);

}  // namespace injector
