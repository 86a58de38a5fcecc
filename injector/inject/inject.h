#pragma once
// From what a job asks for to what it gets: the entry point of this folder. Pure: the same request
// gives the same injection, and nothing outside it is read.

#include <span>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/inject/injection.h"
#include "injector/inject/user_configuration.h"
#include "injector/model/connection.h"
#include "injector/model/credential_endpoint.h"

namespace injector {

// A variable that takes one field, beside those that the type sets.
struct FieldVariable {
  std::string variable;  // as it stands: no prefix is put in front of it
  std::string field;     // in any spelling; dots lead into maps and lists; or `jdbc_url`
};

struct ConnectionToInject {
  const Connection* connection;  // not null
  std::string prefix = {};       // put in front of every name; may be empty
  std::vector<FieldVariable> field_variables = {};
};

struct VariableToInject {
  const Variable* variable;  // not null
  std::string name;          // empty: the key in upper case
  std::string remedy = {};   // how to move it out of the way; empty: by another name
};

// A file whose path a variable holds.
struct FileToInject {
  std::string variable;
  std::string name;  // relative to the private directory
  Secret content;
};

// Whether each field also becomes a variable whatever its type: CONN_<NAME>_<FIELD>, leaves of maps
// and lists CONN_<NAME>_<FIELD>_<MEMBER>, and, if any, CONN_<NAME>_URI and CONN_<NAME>_JDBC_URL.
enum class FieldVariables { kOff, kOn };

struct InjectionRequest {
  std::vector<ConnectionToInject> connections = {};
  std::vector<VariableToInject> variables = {};
  std::vector<FileToInject> files = {};
  FieldVariables field_variables = FieldVariables::kOff;
  std::vector<UserConfiguration> user_configuration = {};
  const CredentialEndpoint* endpoint = nullptr;  // for tools that fetch by themselves; null: none
  // The absolute path of the program that answers them as a credential helper; empty: none.
  std::string helper_program = {};
};

// Errors (none holds a value): kConflict when two of them want one variable differently, naming
// both and the prefix that would help; kInvalidArgument for a bad prefix or name, a missing field,
// a value that its file or variable cannot hold.
Result<Injection> BuildInjection(const InjectionRequest& request);

}  // namespace injector
