#include "injector/service/orgs.h"

#include "injector/model/connection.h"
#include "injector/service/ids.h"
#include "injector/service/stored_envelope.h"

namespace injector {
namespace {

constexpr const char* kOperator = "operator";
constexpr const char* kServiceOrgName = "(service)";  // not a name that CreateOrg() takes

// An org with its key, its chain, and the event of its making as the first link.
Status InsertOrg(Desk& desk, SqlSession& session, const std::string& id, const std::string& name) {
  const TimePoint now = desk.clock().Now();
  ASSIGN_OR_RETURN(const auto ring, desk.keys().RingToWrap(session));
  ASSIGN_OR_RETURN(const Envelope key, SealNewOrgKey(*ring, id));
  RETURN_IF_ERROR(session.Execute(
      "INSERT INTO orgs (id, name, revision, key_id, data_key_id, wrapped_key, key_encrypted, "
      "created_at) VALUES (:1, :2, 0, :3, :4, :5, :6, :7)",
      {id, name, key.key_id, key.data_key_id, EncodeColumn(key.wrapped_key),
       EncodeColumn(key.ciphertext), ToUnixSeconds(now)}));
  ASSIGN_OR_RETURN(const OrgKeys keys, OpenOrgKey(*ring, key, id));
  ASSIGN_OR_RETURN(const ChainHead head, FirstHead(keys.audit, id));
  RETURN_IF_ERROR(session.Execute(
      "INSERT INTO audit_heads (org_id, sequence, mac) VALUES (:1, 0, :2)", {id, head.mac}));
  AuditEvent event;
  event.action = "org.create";
  event.details = {{"name", name}};
  return AppendToChain(
      session, keys.audit, id, head,
      {{.org_id = id, .sequence = 0, .time = now, .actor = kOperator, .event = std::move(event)}});
}

Status InsertOrg(Desk& desk, const std::string& id, const std::string& name) {
  return desk.database().Write(
      [&](SqlSession& session) { return InsertOrg(desk, session, id, name); });
}

}  // namespace

Status EnsureServiceOrg(Desk& desk) {
  if (FindOrg(desk, kServiceOrgName).ok()) return {};
  Status made = InsertOrg(desk, std::string(kServiceOrg), kServiceOrgName);
  // Another program was faster.
  if (!made.ok() && made.error().code() == ErrorCode::kConflict) return {};
  return made;
}

Result<std::string> CreateOrg(Desk& desk, const std::string& name) {
  if (!IsValidAlias(name)) {
    return Error(ErrorCode::kInvalidArgument,
                 "org: expected a letter or digit, then up to 127 of A-Z a-z 0-9 . _ -");
  }
  ASSIGN_OR_RETURN(std::string id, NewUuid());
  Status made = InsertOrg(desk, id, name);
  if (!made.ok() && made.error().code() == ErrorCode::kConflict) {
    return Error(ErrorCode::kAlreadyExists, "org " + name + ": exists already");
  }
  RETURN_IF_ERROR(std::move(made));
  return id;
}

Result<std::string> FindOrg(Desk& desk, const std::string& name) {
  return desk.database().Read<std::string>([&](SqlSession& session) -> Result<std::string> {
    ASSIGN_OR_RETURN(const SqlRow row,
                     session.QueryOne("SELECT id FROM orgs WHERE name = :1", {name}, "org"));
    return row.Text(0);
  });
}

Principal OperatorOf(const std::string& org_id) {
  Principal principal;
  principal.id = "operator";
  principal.org_id = org_id;
  principal.role = Role::kAdmin;
  return principal;
}

Result<NewToken> IssueOperatorToken(Desk& desk, const std::string& org_id,
                                    const TokenRequest& request) {
  return desk.RunAct<NewToken>(org_id, kOperator, [&](Act& act) {
    return IssueToken(act, request, desk.limits().token_life);
  });
}

}  // namespace injector
