#include "injector/service/audit_replay.h"

#include <utility>

#include "injector/service/access.h"
#include "injector/service/variable_record.h"

namespace injector {
namespace {

std::string ConnectionState(const std::string& name, std::int64_t version) {
  return name + " at version " + std::to_string(version);
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

std::vector<std::string> Compare(std::string_view kind,
                                 const std::map<std::string, std::string>& logged,
                                 const std::map<std::string, std::string>& stored) {
  std::vector<std::string> findings;
  const std::string what = std::string(kind) + " ";
  for (const auto& [name, state] : stored) {
    const auto known = logged.find(name);
    if (known == logged.end()) {
      findings.push_back(what + name + " is there without an event that made it");
    } else if (known->second != state) {
      std::string finding = what + name;
      finding.append(" is ").append(state).append(", by the log ").append(known->second);
      findings.push_back(std::move(finding));
    }
  }
  for (const auto& [name, state] : logged) {
    if (!stored.contains(name)) findings.push_back(what + name + " is gone without an event");
  }
  return findings;
}

}  // namespace

void AuditReplay::Apply(const AuditEvent& event) {
  if (event.outcome != AuditEvent::Outcome::kDone) return;
  const std::string& action = event.action;
  if (action == OperationName(Operation::kCreateConnection) ||
      action == OperationName(Operation::kChangeConnection) ||
      action == OperationName(Operation::kCreateVariable) ||
      action == OperationName(Operation::kChangeVariable)) {
    connections_[event.connection] = ConnectionState(event.name, event.version);
  } else if (action == OperationName(Operation::kDeleteConnection) ||
             action == OperationName(Operation::kDeleteVariable)) {
    connections_.erase(event.connection);
  } else if (action == OperationName(Operation::kAttach)) {
    attachments_[AttachmentName(event.connection, event.repo)] =
        ScopeState(DetailOf(event, "environments"), DetailOf(event, "protectedOnly"));
  } else if (action == OperationName(Operation::kDetach)) {
    attachments_.erase(AttachmentName(event.connection, event.repo));
  } else if (action == OperationName(Operation::kCreateToken)) {
    tokens_[event.token] = "valid";
  } else if (action == OperationName(Operation::kRevokeToken)) {
    tokens_[event.token] = "revoked";
  }
}

Result<std::vector<std::string>> AuditReplay::CompareWithTables(SqlSession& session,
                                                                const std::string& org_id) const {
  ASSIGN_OR_RETURN(const State connections, ReadConnections(session, org_id));
  ASSIGN_OR_RETURN(const State attachments, ReadAttachments(session, org_id));
  ASSIGN_OR_RETURN(const State tokens, ReadTokens(session, org_id));
  std::vector<std::string> findings = Compare("connection", connections_, connections);
  for (std::string& finding : Compare("attachment of", attachments_, attachments)) {
    findings.push_back(std::move(finding));
  }
  for (std::string& finding : Compare("token", tokens_, tokens)) {
    findings.push_back(std::move(finding));
  }
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

}  // namespace injector
