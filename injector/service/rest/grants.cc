// /api/v1/repos/{repo}/grants and /api/v1/grants

#include "injector/service/grants.h"

#include "injector/rest/grant_json.h"
#include "injector/service/rest/resources.h"
#include "injector/service/variable_record.h"

namespace injector::rest {
namespace {

constexpr std::int64_t kMaxWaitSeconds = 25;

Error Expected(std::string_view name, std::string_view what) {
  return Error(ErrorCode::kInvalidArgument, std::string(name) + ": expected " + std::string(what));
}

GrantRequest RequestOf(JobRequest request, const std::string& repo) {
  const bool all = request.wanted.attached == Attached::kAll;
  return {.repo = repo,
          .connections = std::move(request.wanted.connections),
          .variables = std::move(request.wanted.variables),
          .attached = all ? GrantRequest::Attached::kAll : GrantRequest::Attached::kNone,
          .job = std::move(request.job)};
}

std::chrono::sys_seconds Seconds(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

ThingNames NamesOf(const std::vector<ConnectionName>& records) {
  ThingNames names;
  for (const ConnectionName& name : records) {
    if (IsVariable(name)) {
      names.variables.push_back(KeyOf(name));
    } else {
      names.connections.push_back(name);
    }
  }
  return names;
}

ThingVersions VersionsOf(const std::vector<GrantChanges::Changed>& records) {
  ThingVersions versions;
  for (const GrantChanges::Changed& record : records) {
    const auto version = static_cast<std::uint64_t>(record.version);
    if (IsVariable(record.name)) {
      versions.variables.push_back({.key = KeyOf(record.name), .version = version});
    } else {
      versions.connections.push_back({.name = record.name, .version = version});
    }
  }
  return versions;
}

JobGrant JobGrantOf(Grant grant) {
  return {.ticket = {.id = std::move(grant.id),
                     .secret = std::move(grant.secret),
                     .expires_at = Seconds(grant.expires_at)},
          .revision = grant.revision,
          .connections = std::move(grant.things.connections),
          .variables = std::move(grant.things.variables),
          .absent = std::move(grant.absent),
          .absent_variables = std::move(grant.absent_variables)};
}

JobRenewal JobRenewalOf(Renewal renewal) {
  return {.expires_at = Seconds(renewal.expires_at),
          .revision = renewal.revision,
          .connections = std::move(renewal.changed.connections),
          .variables = std::move(renewal.changed.variables),
          .removed = NamesOf(renewal.removed)};
}

JobChanges JobChangesOf(const GrantChanges& changes) {
  return {.revision = changes.revision,
          .changed = VersionsOf(changes.changed),
          .removed = NamesOf(changes.removed)};
}

Answer Create(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(const Value body, JsonBody(call));
  ASSIGN_OR_RETURN(JobRequest wanted, ReadJobRequest(body));
  const GrantRequest request = RequestOf(std::move(wanted), call.Segment("repo"));
  ASSIGN_OR_RETURN(const std::optional<OnceKey> once, OnceKeyOf(call));
  ASSIGN_OR_RETURN(Grant grant, Grants(desk).Create(call.principal, request, once));
  return JsonAnswer(201, ToJson(JobGrantOf(std::move(grant)), desk.clock().Now()));
}

Answer Renew(Desk& desk, const Call& call) {
  ASSIGN_OR_RETURN(Renewal renewal, Grants(desk).Renew(call.principal, ProofOf(call)));
  return JsonAnswer(200, ToJson(JobRenewalOf(std::move(renewal)), desk.clock().Now()));
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
    ASSIGN_OR_RETURN(const ChangeWaits::Outcome outcome,
                     waits.Await(call.principal.org_id, proof.id, changes.revision, deadline,
                                 call.request.stopping));
    if (outcome == ChangeWaits::Outcome::kOver) break;
    // Nor is it told what has changed whose token was revoked meanwhile.
    if (auto refusal = call.readmit()) return *std::move(refusal);
    ASSIGN_OR_RETURN(changes, grants.ChangesAfter(call.principal, proof, changes.revision));
  }
  return JsonAnswer(200, ToJson(JobChangesOf(changes)));
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
