#include "injector/cli/served/service_variables.h"

#include <utility>

#include "injector/cli/served/service_access.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

constexpr std::string_view kAll = "/variables";

std::string PathOf(const std::string& key) { return "/variables/" + PathSegment(key); }

Error NoSuchVariable(const std::string& key) {
  return Error(ErrorCode::kNotFound, "no variable " + key)
      .WithHint("`injector variables list` shows what there is");
}

Status RefuseUnseen(const Variable& former, const VariableChange& change, const Secret* value) {
  const bool becomes_readable = former.is_secret && change.is_secret == false;
  if (!becomes_readable || value != nullptr) return {};
  return Error(ErrorCode::kInvalidArgument,
               former.key +
                   ": --no-secret, but the service lets nobody make a stored secret value readable")
      .WithHint("give the value anew");
}

}  // namespace

Result<std::optional<Variable>> FindVariable(ServiceAccess& service, const std::string& key) {
  const Result<Value> json = service.Get(PathOf(key));
  if (!json.ok() && json.error().code() == ErrorCode::kNotFound) return std::optional<Variable>();
  if (!json.ok()) return Error(json.error());
  ASSIGN_OR_RETURN(DatedVariable served, ParseServedVariable(*json));
  return std::optional<Variable>(std::move(served.variable));
}

bool IsShown(const Variable& variable) {
  return !variable.is_secret && variable.value.Reveal().find(kRedacted) == std::string_view::npos;
}

Value VariablePatchTo(const Variable& variable, const std::optional<Variable>& former,
                      const Secret* value) {
  std::vector<Value::Member> patch;
  if (!former) patch.push_back({"key", Value::String(variable.key)});
  // Of a secret one nobody here knows whether it is the same.
  const bool is_same = former && !former->is_secret && former->value == variable.value;
  if (value != nullptr && !is_same) patch.push_back({"value", Value::String(value->Clone())});
  if (!former || former->is_secret != variable.is_secret) {
    patch.push_back({"isSecret", Value::Bool(variable.is_secret)});
  }
  if ((former ? former->description : "") != variable.description) {
    patch.push_back({"description", Value::String(variable.description)});
  }
  return Value::Map(std::move(patch));
}

Result<Variable> VariableAtService(Session& session, const std::string& key, SecretView view) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(std::optional<Variable> variable, FindVariable(service, key));
  if (!variable) return NoSuchVariable(key);
  if (IsShown(*variable) || view == SecretView::kHidden) return *std::move(variable);
  return Error(ErrorCode::kPermissionDenied,
               "--reveal: a credential service shows secret values to nobody")
      .WithHint("jobs of a repo that it is attached to get them: runner-shim --source https://…");
}

Result<std::vector<DatedVariable>> VariablesAtService(Session& session) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const std::vector<Value> items, service.List(kAll));
  std::vector<DatedVariable> variables;
  for (const Value& item : items) {
    ASSIGN_OR_RETURN(DatedVariable variable, ParseServedVariable(item));
    variables.push_back(std::move(variable));
  }
  return variables;
}

Status SetVariableAtService(Session& session, const VariableChange& change) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const std::optional<Variable> former, FindVariable(service, change.key));
  ASSIGN_OR_RETURN(const std::optional<Secret> given,
                   ReadNewValue(change, former ? VariableIs::kThere : VariableIs::kNew));
  const Secret* value = given ? &*given : nullptr;
  if (former) RETURN_IF_ERROR(RefuseUnseen(*former, change, value));
  ASSIGN_OR_RETURN(const Variable variable, ChangedVariable(former, change, given));
  Value patch = VariablePatchTo(variable, former, value);
  if (patch.members().empty()) {
    session.Tell("nothing changed: " + NameForPeople(variable) + " is so already");
    return {};
  }
  RETURN_IF_ERROR(former ? service.PatchAt(PathOf(change.key), std::move(patch), former->version)
                         : service.Post(kAll, std::move(patch)));
  session.Tell(DescribeChange(former, variable, change));
  return {};
}

Status DeleteVariableAtService(Session& session, const std::string& key, UsedVariable used) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  Status deleted =
      service.Delete(PathOf(key) + (used == UsedVariable::kForce ? "?force=true" : ""));
  if (!deleted.ok() && deleted.error().code() == ErrorCode::kConflict) {
    return std::move(deleted).error().WithHint("--force detaches it and ends the leases on it");
  }
  if (!deleted.ok() && deleted.error().code() == ErrorCode::kNotFound) return NoSuchVariable(key);
  RETURN_IF_ERROR(std::move(deleted));
  session.Tell("deleted variable " + key);
  return {};
}

}  // namespace injector
