#pragma once
// The `variables` commands where --service names a credential service.

#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/cli/served/served_items.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/session.h"
#include "injector/cli/variables/variable_change.h"
#include "injector/model/connection.h"
#include "injector/model/connection_json.h"

namespace injector {

// Without its value when it is secret.
Result<std::optional<Variable>> FindVariable(ServiceAccess& service, const std::string& key);

// Whether the service shows the value: one that is not secret and holds a secret comes masked.
bool IsShown(const Variable& variable);

// The body that makes `variable` of `former` (PATCH /variables/{key}; without `former`, POST): only
// what differs; a map without members when nothing does. `value`: nullptr keeps the one there is.
Value VariablePatchTo(const Variable& variable, const std::optional<Variable>& former,
                      const Secret* value);

// kPermissionDenied when a secret one, or what is masked in a value, is to be revealed.
Result<Variable> VariableAtService(Session& session, const std::string& key, SecretView view);
Result<std::vector<DatedVariable>> VariablesAtService(Session& session);

// Reads the value; errors as ChangedVariable(). A secret value that is kept cannot become readable
// for everybody but with `allow_readable`, for nobody sees here what it holds.
Status SetVariableAtService(Session& session, const VariableChange& change);

// What to do about a variable that is attached or leased.
enum class UsedVariable { kKeep, kForce };
// kConflict, naming the repos, unless forced.
Status DeleteVariableAtService(Session& session, const std::string& key, UsedVariable used);

}  // namespace injector
