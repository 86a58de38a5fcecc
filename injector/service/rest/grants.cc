// /api/v1/repos/{repo}/grants and /api/v1/grants

#include "injector/service/grants.h"

#include <algorithm>

#include "injector/model/connection_json.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

constexpr std::int64_t kMaxWaitSeconds = 25;
constexpr std::size_t kJobNameLimit = 255;

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

Result<GrantRequest> ReadRequest(const Value& body, const std::string& repo) {
  ASSIGN_OR_RETURN(const ObjectReader reader,
                   ObjectReader::Open(body, {"connections", "attached", "job"}));
  GrantRequest request;
  request.repo = repo;
  ASSIGN_OR_RETURN(const std::vector<const Value*> connections, reader.Items("connections"));
  for (const Value* item : connections) {
    ASSIGN_OR_RETURN(const Wish wish, ReadWish(*item, "ref"));
    Result<Reference> reference = Reference::Parse(wish.text);
    if (!reference.ok()) return Expected("connections", "name, @type.name or @type");
    request.connections.push_back({.reference = *std::move(reference), .presence = wish.presence});
  }
  ASSIGN_OR_RETURN(const std::optional<bool> attached, reader.Bool("attached"));
  if (attached.value_or(false)) request.attached = GrantRequest::Attached::kAll;
  ASSIGN_OR_RETURN(const std::optional<std::string> job, reader.Text("job"));
  request.job = job.value_or("");
  if (!IsPlainText(request.job, kJobNameLimit)) {
    return Expected("job", "at most 255 bytes of UTF-8 without control characters");
  }
  return request;
}

Value ConnectionList(const std::vector<Connection>& connections) {
  std::vector<Value> items;
  items.reserve(connections.size());
  for (const Connection& connection : connections) {
    items.push_back(ConnectionToJson(connection, SecretView::kRevealed));
  }
  return Value::List(std::move(items));
}

Value RemovedToJson(const std::vector<ConnectionName>& removed) {
  std::vector<Value> connections;
  for (const ConnectionName& name : removed) {
    ObjectBuilder json;
    json.Add("name", name.alias).Add("type", name.type);
    connections.push_back(std::move(json).Build());
  }
  ObjectBuilder json;
  json.Add("connections", Value::List(std::move(connections)));
  json.Add("variables", Value::List({}));
  return std::move(json).Build();
}

Value ToJson(const Grant& grant) {
  ObjectBuilder json;
  json.Add("id", grant.id).Add("secret", Value::String(grant.secret.Clone()));
  json.Add("expiresAt", grant.expires_at).Add("revision", grant.revision);
  json.Add("connections", ConnectionList(grant.connections));
  json.Add("variables", Value::List({}));
  json.Add("absent", grant.absent).Add("absentVariables", Value::List({}));
  return std::move(json).Build();
}

Value ToJson(const Renewal& renewal) {
  ObjectBuilder changed;
  changed.Add("connections", ConnectionList(renewal.changed));
  changed.Add("variables", Value::List({}));
  ObjectBuilder json;
  json.Add("expiresAt", renewal.expires_at).Add("revision", renewal.revision);
  json.Add("changed", std::move(changed).Build());
  json.Add("removed", RemovedToJson(renewal.removed));
  return std::move(json).Build();
}

Value ToJson(const GrantChanges& changes) {
  std::vector<Value> connections;
  for (const GrantChanges::Changed& change : changes.changed) {
    ObjectBuilder json;
    json.Add("name", change.name.alias).Add("type", change.name.type);
    json.Add("version", change.version);
    connections.push_back(std::move(json).Build());
  }
  ObjectBuilder changed;
  changed.Add("connections", Value::List(std::move(connections)));
  changed.Add("variables", Value::List({}));
  ObjectBuilder json;
  json.Add("revision", changes.revision).Add("changed", std::move(changed).Build());
  json.Add("removed", RemovedToJson(changes.removed));
  return std::move(json).Build();
}

Answer Create(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const GrantRequest request, ReadRequest(body, call.Segment("repo")));
  ASSIGN_OR_RETURN(const Grant grant, Grants(desk).Create(call.principal, request));
  return JsonAnswer(201, ToJson(grant));
}

Answer Renew(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const Renewal renewal, Grants(desk).Renew(call.principal, ProofOf(call)));
  return JsonAnswer(200, ToJson(renewal));
}

Answer ReportUses(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(const ObjectReader reader, ObjectReader::Open(body, {"connections"}));
  ASSIGN_OR_RETURN(const std::vector<std::string> names, reader.Texts("connections"));
  RETURN_IF_ERROR(Grants(desk).ReportUses(call.principal, ProofOf(call), names));
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
