#pragma once
// Variables are kept as connections of a type that no user can choose, with the one field `value`:
// what holds for connections (sealing, versions, attachments, leases, the log, key rotation) holds
// for them without being written twice. To people they are things of their own: whoever shows or
// takes names tells the two apart here.

#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/model/connection.h"

namespace injector {

// Neither is a valid type or the beginning of a valid alias.
inline constexpr std::string_view kVariableType = "$variable";

// The name under which the variable of that key is kept.
ConnectionName VariableName(std::string_view key);
bool IsVariable(const ConnectionName& name);
// Requires: IsVariable(name).
std::string KeyOf(const ConnectionName& name);

// As logs show it: "@type.alias", "var.KEY".
std::string ShownName(const ConnectionName& name);

Connection RecordOfVariable(const Variable& variable);
// kDataLoss for what RecordOfVariable() does not make.
Result<Variable> VariableOfRecord(const Connection& record);

}  // namespace injector
