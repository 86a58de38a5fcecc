#include "injector/rest/grant_json.h"

#include <optional>
#include <utility>

#include "injector/model/connection_json.h"
#include "injector/model/variable_json.h"
#include "injector/rest/query.h"

namespace injector::rest {
namespace {

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

Value NameToJson(const ConnectionName& name) {
  ObjectBuilder json;
  json.Add("name", name.alias).Add("type", name.type);
  return std::move(json).Build();
}

Value ToJson(const ThingNames& removed) {
  std::vector<Value> connections;
  for (const ConnectionName& name : removed.connections) connections.push_back(NameToJson(name));
  ObjectBuilder json;
  json.Add("connections", Value::List(std::move(connections)));
  json.Add("variables", removed.variables);
  return std::move(json).Build();
}

Value ToJson(const ThingVersions& changed) {
  const auto version = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  std::vector<Value> connections;
  for (const ThingVersions::OfConnection& item : changed.connections) {
    ObjectBuilder json;
    json.Add("name", item.name.alias).Add("type", item.name.type);
    json.Add("version", version(item.version));
    connections.push_back(std::move(json).Build());
  }
  std::vector<Value> variables;
  for (const ThingVersions::OfVariable& item : changed.variables) {
    ObjectBuilder json;
    json.Add("key", item.key).Add("version", version(item.version));
    variables.push_back(std::move(json).Build());
  }
  ObjectBuilder json;
  json.Add("connections", Value::List(std::move(connections)));
  json.Add("variables", Value::List(std::move(variables)));
  return std::move(json).Build();
}

}  // namespace

Result<JobRequest> ReadJobRequest(const Value& body) {
  ASSIGN_OR_RETURN(const ObjectReader reader,
                   ObjectReader::Open(body, {"connections", "variables", "attached", "job"}));
  JobRequest request;
  ASSIGN_OR_RETURN(request.wanted.connections, ReadConnections(reader));
  ASSIGN_OR_RETURN(request.wanted.variables, ReadVariables(reader));
  ASSIGN_OR_RETURN(const std::optional<bool> attached, reader.Bool("attached"));
  if (attached.value_or(false)) request.wanted.attached = Attached::kAll;
  ASSIGN_OR_RETURN(std::optional<std::string> job, reader.Text("job"));
  request.job = std::move(job).value_or("");
  if (!IsPlainText(request.job, kNameLimit)) {
    return Expected("job", "at most 255 bytes of UTF-8 without control characters");
  }
  return request;
}

void AddThings(ObjectBuilder& json, const std::vector<Connection>& connections,
               const std::vector<Variable>& variables) {
  std::vector<Value> shown_connections;
  for (const Connection& connection : connections) {
    shown_connections.push_back(ConnectionToJson(connection, SecretView::kRevealed));
  }
  std::vector<Value> shown_variables;
  for (const Variable& variable : variables) {
    shown_variables.push_back(VariableToJson(variable, SecretView::kRevealed));
  }
  json.Add("connections", Value::List(std::move(shown_connections)));
  json.Add("variables", Value::List(std::move(shown_variables)));
}

// Also how long that is: the clock of whoever reads it may be another.
void AddEnd(ObjectBuilder& json, std::chrono::sys_seconds end, TimePoint now) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now);
  json.Add("expiresAt", TimePoint(end));
  json.Add("expiresInMs", std::max<std::int64_t>(left.count(), 0));
}

Value ToJson(const JobGrant& grant, TimePoint now) {
  ObjectBuilder json;
  json.Add("id", grant.ticket.id).Add("secret", Value::String(grant.ticket.secret.Clone()));
  AddEnd(json, grant.ticket.expires_at, now);
  json.Add("revision", grant.revision);
  AddThings(json, grant.connections, grant.variables);
  json.Add("absent", grant.absent).Add("absentVariables", grant.absent_variables);
  return std::move(json).Build();
}

Value ToJson(const JobRenewal& renewal, TimePoint now) {
  ObjectBuilder changed;
  AddThings(changed, renewal.connections, renewal.variables);
  ObjectBuilder json;
  AddEnd(json, renewal.expires_at, now);
  json.Add("revision", renewal.revision);
  json.Add("changed", std::move(changed).Build()).Add("removed", ToJson(renewal.removed));
  return std::move(json).Build();
}

Value ToJson(const JobChanges& changes) {
  ObjectBuilder json;
  json.Add("revision", changes.revision);
  json.Add("changed", ToJson(changes.changed)).Add("removed", ToJson(changes.removed));
  return std::move(json).Build();
}

}  // namespace injector::rest
