#pragma once
// A variable as JSON: {"key","value","description","isSecret","version"}.

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/connection_json.h"

namespace injector {

// When `view` hides secrets: without "value" when that is secret, and with *** for what of it is.
Value VariableToJson(const Variable& variable, SecretView view);

// What VariableToJson has written; description, isSecret and version may be absent (isSecret is
// then as IsSecretVariable says). kInvalidArgument names the member and never its value.
Result<Variable> VariableFromJson(const Value& json);

}  // namespace injector
