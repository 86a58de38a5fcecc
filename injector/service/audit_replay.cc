#include "injector/service/audit_replay.h"

#include <iterator>
#include <utility>

#include "injector/base/clock.h"
#include "injector/model/json.h"
#include "injector/service/access.h"
#include "injector/service/stored_connection.h"
#include "injector/service/unix_time.h"
#include "injector/service/variable_record.h"

namespace injector {
namespace {

std::string MakingOf(const std::string& actor, std::int64_t at) {
  return "made by " + actor + " at " + FormatRfc3339(FromUnixSeconds(at));
}

std::string MakingOf(const AuditRecord& record) {
  return MakingOf(record.actor, ToUnixSeconds(record.time));
}

std::string ConnectionState(const std::string& name, std::int64_t version) {
  return name + " at version " + std::to_string(version);
}

constexpr std::int64_t kVersionBatch = 500;  // each row holds a whole connection
constexpr std::string_view kVersionMark = ", version ";

// What the names of a connection's versions begin with; no other connection's do.
std::string VersionsOf(const std::string& id) { return id + std::string(kVersionMark); }

std::string VersionName(const std::string& id, std::int64_t version) {
  return VersionsOf(id) + std::to_string(version);
}

std::string AttachmentName(const std::string& connection, const std::string& repo) {
  return connection + " to repo " + repo;
}

std::string ScopeState(const std::string& environments, const std::string& protected_only) {
  return "for environments " + environments + ", protected only: " + protected_only;
}

std::string DetailOf(const AuditEvent& event, std::string_view name) {
  for (const auto& [detail, text] : event.details) {
    if (detail == name) return text;
  }
  return {};
}

using States = std::map<std::string, std::string>;

Value ToJson(const States& state) {
  std::vector<Value::Member> members;
  for (const auto& [name, text] : state) members.push_back({name, Value::String(text)});
  return Value::Map(std::move(members));
}

States FromJson(const Value* json) {
  States state;
  if (json == nullptr || json->kind() != Value::Kind::kMap) return state;
  for (const Value::Member& member : json->members()) {
    if (member.value.kind() == Value::Kind::kString) {
      state.emplace(member.name, member.value.string().Reveal());
    }
  }
  return state;
}

// Of things that are in both.
std::vector<std::string> CompareCommon(std::string_view kind, const States& logged,
                                       const States& stored) {
  std::vector<std::string> findings;
  for (const auto& [name, state] : stored) {
    const auto known = logged.find(name);
    if (known == logged.end() || known->second == state) continue;
    std::string finding(kind);
    finding.append(" ").append(name).append(" is ").append(state);
    finding.append(", by the log ").append(known->second);
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<std::string> Compare(std::string_view kind, const States& logged,
                                 const States& stored) {
  std::vector<std::string> findings = CompareCommon(kind, logged, stored);
  const std::string what = std::string(kind) + " ";
  for (const auto& [name, state] : stored) {
    if (!logged.contains(name)) {
      findings.push_back(what + name + " is there without an event that made it");
    }
  }
  for (const auto& [name, state] : logged) {
    if (!stored.contains(name)) findings.push_back(what + name + " is gone without an event");
  }
  return findings;
}

// The versions of connections that are there: with the others all of theirs are gone.
States WithoutGone(States versions, const States& connections) {
  std::erase_if(versions, [&](const auto& version) {
    return !connections.contains(version.first.substr(0, version.first.find(kVersionMark)));
  });
  return versions;
}

// Of the current version it is the connection's own flag that jobs are told, and that must fit.
std::string StateOfVersion(const KeyRing& ring, const SqlRow& row) {
  constexpr std::size_t kMaker = 11;  // behind kAnyVersionColumns
  StoredConnection stored = ReadStoredConnection(row);
  const bool is_current = row.Integer(kMaker + 2) == stored.version;
  const bool is_default = row.Integer(kMaker + 3) != 0;
  const Result<Connection> opened = OpenConnection(ring, stored);
  if (!opened.ok() && opened.error().code() == ErrorCode::kFailedPrecondition) {
    return "wrapped by a master key that is not at hand";
  }
  if (!opened.ok() || (is_current && is_default != stored.is_default)) return "damaged or altered";
  return MakingOf(row.Text(kMaker), row.Integer(kMaker + 1));
}

}  // namespace

void AuditReplay::Apply(const AuditRecord& record) {
  const AuditEvent& event = record.event;
  if (event.outcome != AuditEvent::Outcome::kDone) return;
  const std::string& action = event.action;
  if (action == OperationName(Operation::kCreateConnection) ||
      action == OperationName(Operation::kChangeConnection) ||
      action == OperationName(Operation::kCreateVariable) ||
      action == OperationName(Operation::kChangeVariable)) {
    PutConnection(record);
  } else if (action == OperationName(Operation::kDeleteConnection) ||
             action == OperationName(Operation::kDeleteVariable)) {
    RemoveConnection(event.connection);
  } else if (action == OperationName(Operation::kAttach)) {
    attachments_[AttachmentName(event.connection, event.repo)] =
        ScopeState(DetailOf(event, "environments"), DetailOf(event, "protectedOnly"));
  } else if (action == OperationName(Operation::kDetach)) {
    attachments_.erase(AttachmentName(event.connection, event.repo));
  } else if (action == OperationName(Operation::kCreateToken)) {
    tokens_[event.token] = "valid";
    token_makings_[event.token] = MakingOf(record);
  } else if (action == OperationName(Operation::kRevokeToken)) {
    tokens_[event.token] = "revoked";
  }
}

void AuditReplay::PutConnection(const AuditRecord& record) {
  const AuditEvent& event = record.event;
  connections_[event.connection] = ConnectionState(event.name, event.version);
  connection_makings_.try_emplace(event.connection, MakingOf(record));
  versions_[VersionName(event.connection, event.version)] = MakingOf(record);
}

void AuditReplay::RemoveConnection(const std::string& id) {
  connections_.erase(id);
  connection_makings_.erase(id);
  const std::string prefix = VersionsOf(id);
  auto version = versions_.lower_bound(prefix);
  while (version != versions_.end() && version->first.starts_with(prefix)) {
    version = versions_.erase(version);
  }
}

std::string AuditReplay::ToText() const {
  std::vector<Value::Member> members;
  members.push_back({"connections", ToJson(connections_)});
  members.push_back({"versions", ToJson(versions_)});
  members.push_back({"connectionMakings", ToJson(connection_makings_)});
  members.push_back({"attachments", ToJson(attachments_)});
  members.push_back({"tokens", ToJson(tokens_)});
  members.push_back({"tokenMakings", ToJson(token_makings_)});
  return std::string(WriteJson(Value::Map(std::move(members))).Reveal());
}

std::optional<AuditReplay> AuditReplay::FromText(std::string_view text) {
  const Result<Value> json = ParseJson(text);
  if (!json.ok() || json->kind() != Value::Kind::kMap) return std::nullopt;
  AuditReplay replay;
  replay.connections_ = FromJson(json->Find("connections"));
  replay.versions_ = FromJson(json->Find("versions"));
  replay.connection_makings_ = FromJson(json->Find("connectionMakings"));
  replay.attachments_ = FromJson(json->Find("attachments"));
  replay.tokens_ = FromJson(json->Find("tokens"));
  replay.token_makings_ = FromJson(json->Find("tokenMakings"));
  if (replay.ToText() != text) return std::nullopt;
  return replay;
}

Result<std::vector<std::string>> AuditReplay::CompareWithTables(SqlSession& session,
                                                                const KeyRing& ring,
                                                                const std::string& org_id) const {
  ASSIGN_OR_RETURN(const State connections, ReadConnections(session, org_id));
  ASSIGN_OR_RETURN(const State connection_makings,
                   ReadMakings(session, "service_connections", org_id));
  ASSIGN_OR_RETURN(const State versions, ReadVersions(session, ring, org_id));
  ASSIGN_OR_RETURN(const State attachments, ReadAttachments(session, org_id));
  ASSIGN_OR_RETURN(const State tokens, ReadTokens(session, org_id));
  ASSIGN_OR_RETURN(const State token_makings, ReadMakings(session, "tokens", org_id));
  std::vector<std::string> findings = Compare("connection", connections_, connections);
  const auto add = [&findings](std::vector<std::string> more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  add(CompareCommon("connection", connection_makings_, connection_makings));
  add(Compare("connection", WithoutGone(versions_, connections), versions));
  add(Compare("attachment of", attachments_, attachments));
  add(Compare("token", tokens_, tokens));
  add(CompareCommon("token", token_makings_, token_makings));
  return findings;
}

Result<AuditReplay::State> AuditReplay::ReadConnections(SqlSession& session,
                                                        const std::string& org_id) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      session.Query("SELECT id, type, name, version FROM service_connections WHERE org_id = :1",
                    {org_id}));
  State state;
  for (const SqlRow& row : rows) {
    state[row.Text(0)] =
        ConnectionState(ShownName({.type = row.Text(1), .alias = row.Text(2)}), row.Integer(3));
  }
  return state;
}

Result<AuditReplay::State> AuditReplay::ReadAttachments(SqlSession& session,
                                                        const std::string& org_id) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT a.connection_id, r.name, a.environments, a.protected_only "
                                 "FROM repo_service_connections a JOIN repos r ON r.id = a.repo_id "
                                 "WHERE r.org_id = :1",
                                 {org_id}));
  State state;
  for (const SqlRow& row : rows) {
    state[AttachmentName(row.Text(0), row.Text(1))] =
        ScopeState(row.Text(2), row.Integer(3) != 0 ? "true" : "false");
  }
  return state;
}

Result<AuditReplay::State> AuditReplay::ReadTokens(SqlSession& session, const std::string& org_id) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT id, revoked_at FROM tokens WHERE org_id = :1", {org_id}));
  State state;
  for (const SqlRow& row : rows) state[row.Text(0)] = row.IsNull(1) ? "valid" : "revoked";
  return state;
}

Result<AuditReplay::State> AuditReplay::ReadVersions(SqlSession& session, const KeyRing& ring,
                                                     const std::string& org_id) {
  // Below zero is what a rotation has set aside (rotation.h): no version yet, and without an event.
  const std::string query =
      std::string("SELECT ") + kAnyVersionColumns +
      ", v.created_by, v.created_at, c.version, c.is_default FROM service_connections c "
      "JOIN connection_versions v ON v.connection_id = c.id WHERE c.org_id = :1 AND v.version > 0 "
      "AND "
      "(c.id > :2 OR (c.id = :3 AND v.version > :4)) ORDER BY c.id, v.version LIMIT :5";
  State state;
  StoredConnection last;
  for (;;) {
    ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                     session.Query(query, {org_id, last.id, last.id, last.version, kVersionBatch}));
    if (rows.empty()) return state;
    for (const SqlRow& row : rows) {
      last = ReadStoredConnection(row);
      state[VersionName(last.id, last.version)] = StateOfVersion(ring, row);
    }
  }
}

Result<AuditReplay::State> AuditReplay::ReadMakings(SqlSession& session, std::string_view table,
                                                    const std::string& org_id) {
  std::string query = "SELECT id, created_by, created_at FROM ";
  query.append(table).append(" WHERE org_id = :1");
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows, session.Query(query, {org_id}));
  State state;
  for (const SqlRow& row : rows) state[row.Text(0)] = MakingOf(row.Text(1), row.Integer(2));
  return state;
}

}  // namespace injector
