// /api/v1/repos/{repo}/grants and /api/v1/grants

#include "injector/service/grants.h"

#include "injector/model/connection_json.h"
#include "injector/model/variable_json.h"
#include "injector/service/rest/resources.h"
#include "injector/service/variable_record.h"

namespace injector::rest {
namespace {

constexpr std::int64_t kMaxWaitSeconds = 25;

Error Expected(std::string_view name, std::string_view what) {
  return Error(ErrorCode::kInvalidArgument, std::string(name) + ": expected " + std::string(what));
}

// One item of `connections` or `variables`: a text, or {<member>: text, "optional": true}.
struct Wish {
  std::string text;
  Presence presence = Presence::kRequired;
};

Result<Wish> ReadWish(const Value& item, std::string_view member) {
  if (item.kind() == Value::Kind::kString) return Wish{std::string(item.string().Reveal())};
  ASSIGN_OR_RETURN(const ObjectReader reader, ObjectReader::Open(item, {member, "optional"}));
  Wish wish;
  ASSIGN_OR_RETURN(wish.text, reader.RequiredText(member));
  ASSIGN_OR_RETURN(const std::optional<bool> optional, reader.Bool("optional"));
  if (optional.value_or(false)) wish.presence = Presence::kOptional;
  return wish;
}

Result<std::vector<ConnectionRequest>> ReadConnections(const ObjectReader& reader) {
  std::vector<ConnectionRequest> requests;
  ASSIGN_OR_RETURN(const std::vector<const Value*> items, reader.Items("connections"));
  for (const Value* item : items) {
    ASSIGN_OR_RETURN(const Wish wish, ReadWish(*item, "ref"));
    Result<Reference> reference = Reference::Parse(wish.text);
    if (!reference.ok()) return Expected("connections", "name, @type.name or @type");
    requests.push_back({.reference = *std::move(reference), .presence = wish.presence});
  }
  return requests;
}

Result<std::vector<VariableRequest>> ReadVariables(const ObjectReader& reader) {
  std::vector<VariableRequest> requests;
  ASSIGN_OR_RETURN(const std::vector<const Value*> items, reader.Items("variables"));
  for (const Value* item : items) {
    ASSIGN_OR_RETURN(Wish wish, ReadWish(*item, "key"));
    if (!IsValidVariableKey(wish.text)) return Expected("variables", "keys of variables");
    requests.push_back({.key = std::move(wish.text), .presence = wish.presence});
  }
  return requests;
}

Result<GrantRequest> ReadRequest(const Value& body, const std::string& repo) {
  ASSIGN_OR_RETURN(const ObjectReader reader,
                   ObjectReader::Open(body, {"connections", "variables", "attached", "job"}));
  GrantRequest request{.repo = repo};
  ASSIGN_OR_RETURN(request.connections, ReadConnections(reader));
  ASSIGN_OR_RETURN(request.variables, ReadVariables(reader));
  ASSIGN_OR_RETURN(const std::optional<bool> attached, reader.Bool("attached"));
  if (attached.value_or(false)) request.attached = GrantRequest::Attached::kAll;
  ASSIGN_OR_RETURN(const std::optional<std::string> job, reader.Text("job"));
  request.job = job.value_or("");
  if (!IsPlainText(request.job, kNameLimit)) {
    return Expected("job", "at most 255 bytes of UTF-8 without control characters");
  }
  return request;
}

void AddThings(ObjectBuilder& json, const GrantedThings& things) {
  std::vector<Value> connections;
  for (const Connection& connection : things.connections) {
    connections.push_back(ConnectionToJson(connection, SecretView::kRevealed));
  }
  std::vector<Value> variables;
  for (const Variable& variable : things.variables) {
    variables.push_back(VariableToJson(variable, SecretView::kRevealed));
  }
  json.Add("connections", Value::List(std::move(connections)));
  json.Add("variables", Value::List(std::move(variables)));
}

Value NameToJson(const ConnectionName& name) {
  ObjectBuilder json;
  json.Add("name", name.alias).Add("type", name.type);
  return std::move(json).Build();
}

Value ToJson(const std::vector<ConnectionName>& removed) {
  std::vector<Value> connections;
  std::vector<Value> variables;
  for (const ConnectionName& name : removed) {
    if (IsVariable(name)) {
      variables.push_back(Value::String(KeyOf(name)));
    } else {
      connections.push_back(NameToJson(name));
    }
  }
  ObjectBuilder json;
  json.Add("connections", Value::List(std::move(connections)));
  json.Add("variables", Value::List(std::move(variables)));
  return std::move(json).Build();
}

Value ToJson(const std::vector<GrantChanges::Changed>& changed) {
  std::vector<Value> connections;
  std::vector<Value> variables;
  for (const GrantChanges::Changed& change : changed) {
    const bool variable = IsVariable(change.name);
    ObjectBuilder json;
    if (variable) {
      json.Add("key", KeyOf(change.name));
    } else {
      json.Add("name", change.name.alias).Add("type", change.name.type);
    }
    json.Add("version", change.version);
    (variable ? variables : connections).push_back(std::move(json).Build());
  }
  ObjectBuilder json;
  json.Add("connections", Value::List(std::move(connections)));
  json.Add("variables", Value::List(std::move(variables)));
  return std::move(json).Build();
}

Value ToJson(const Grant& grant) {
  ObjectBuilder json;
  json.Add("id", grant.id).Add("secret", Value::String(grant.secret.Clone()));
  json.Add("expiresAt", grant.expires_at).Add("revision", grant.revision);
  AddThings(json, grant.things);
  json.Add("absent", grant.absent).Add("absentVariables", grant.absent_variables);
  return std::move(json).Build();
}

Value ToJson(const Renewal& renewal) {
  ObjectBuilder changed;
  AddThings(changed, renewal.changed);
  ObjectBuilder json;
  json.Add("expiresAt", renewal.expires_at).Add("revision", renewal.revision);
  json.Add("changed", std::move(changed).Build()).Add("removed", ToJson(renewal.removed));
  return std::move(json).Build();
}

Value ToJson(const GrantChanges& changes) {
  ObjectBuilder json;
  json.Add("revision", changes.revision);
  json.Add("changed", ToJson(changes.changed)).Add("removed", ToJson(changes.removed));
  return std::move(json).Build();
}

Answer Create(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const GrantRequest request, ReadRequest(body, call.Segment("repo")));
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(const Grant grant, Grants(desk).Create(call.principal, request, once));
  return JsonAnswer(201, ToJson(grant));
}

Answer Renew(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const Renewal renewal, Grants(desk).Renew(call.principal, ProofOf(call)));
  return JsonAnswer(200, ToJson(renewal));
}

Result<std::vector<ConnectionName>> ReadUses(const Value& body) {
  ASSIGN_OR_RETURN(const ObjectReader reader,
                   ObjectReader::Open(body, {"connections", "variables"}));
  ASSIGN_OR_RETURN(const std::vector<std::string> connections, reader.Texts("connections"));
  ASSIGN_OR_RETURN(const std::vector<std::string> variables, reader.Texts("variables"));
  std::vector<ConnectionName> names;
  for (const std::string& text : connections) {
    Result<Reference> reference = Reference::Parse(text);
    if (!reference.ok() || reference->type.empty() || reference->alias.empty()) {
      return Expected("connections", "full names, @type.name");
    }
    names.push_back({.type = std::move(reference->type), .alias = std::move(reference->alias)});
  }
  for (const std::string& key : variables) names.push_back(VariableName(key));
  return names;
}

Answer ReportUses(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const std::vector<ConnectionName> names, ReadUses(body));
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  RETURN_IF_ERROR(Grants(desk).ReportUses(call.principal, ProofOf(call), names, once));
  return EmptyAnswer();
}

Answer Release(Desk& desk, const Call& call) {
  RETURN_IF_ERROR(Grants(desk).Release(call.principal, ProofOf(call)));
  return EmptyAnswer();
}

bool IsEmpty(const GrantChanges& changes) {
  return changes.changed.empty() && changes.removed.empty();
}

Answer AwaitChanges(Desk& desk, ChangeWaits& waits, const Call& call) {
  ASSIGN_OR_RETURN(const Query query, Query::Parse(call.request.query, {"after", "wait"}));
  constexpr Query::Bounds kRevisions{.least = 0, .most = std::int64_t{1} << 53};
  ASSIGN_OR_RETURN(const std::int64_t after, query.Number("after", kRevisions, 0));
  ASSIGN_OR_RETURN(const std::int64_t wait,
                   query.Number("wait", {.least = 0, .most = kMaxWaitSeconds}, 0));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(wait);
  const LeaseProof proof = ProofOf(call);
  Grants grants(desk);
  ASSIGN_OR_RETURN(GrantChanges changes, grants.ChangesAfter(call.principal, proof, after));
  while (IsEmpty(changes)) {
    ASSIGN_OR_RETURN(const bool changed, waits.Await(call.principal.org_id, changes.revision,
                                                     deadline, call.request.stopping));
    if (!changed) break;
    ASSIGN_OR_RETURN(changes, grants.ChangesAfter(call.principal, proof, changes.revision));
  }
  return JsonAnswer(200, ToJson(changes));
}

}  // namespace

std::vector<Route> GrantRoutes(Desk& desk, ChangeWaits& waits) {
  const auto with = [&desk](Answer (*function)(Desk&, const Call&)) {
    return [&desk, function](const Call& call) { return function(desk, call); };
  };
  const auto await = [&desk, &waits](const Call& call) { return AwaitChanges(desk, waits, call); };
  return {
      {"POST", "/api/v1/repos/{repo}/grants", "createGrant", Operation::kCreateGrant, with(Create)},
      {"DELETE", "/api/v1/grants/{id}", "releaseGrant", Operation::kReleaseGrant, with(Release)},
      {"POST", "/api/v1/grants/{id}/renew", "renewGrant", Operation::kRenewGrant, with(Renew)},
      {"POST", "/api/v1/grants/{id}/uses", "reportUses", Operation::kReportUse, with(ReportUses)},
      {"GET", "/api/v1/grants/{id}/changes", "awaitChanges", Operation::kWatchGrant, await}};
}

}  // namespace injector::rest
