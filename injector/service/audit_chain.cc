#include "injector/service/audit_chain.h"

#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/length_prefixed.h"

namespace injector {
namespace {

constexpr const char* kInsertEvents =
    "INSERT INTO audit_events (org_id, sequence, at, actor, action, connection, repo, body, mac)";

SqlSession::Parameters RowOf(const AuditRecord& record, std::string body, std::string mac) {
  return {record.org_id,     record.sequence,     ToUnixSeconds(record.time),
          record.actor,      record.event.action, record.event.connection,
          record.event.repo, std::move(body),     std::move(mac)};
}

}  // namespace

Result<std::string> ChainMac(const Secret& audit_key, std::string_view previous_mac,
                             std::string_view body) {
  ASSIGN_OR_RETURN(const Secret mac, HmacSha256(audit_key, LengthPrefixed({previous_mac, body})));
  return HexEncode(mac.Reveal());
}

Result<ChainHead> FirstHead(const Secret& audit_key, const std::string& org_id) {
  ChainHead head;
  ASSIGN_OR_RETURN(head.mac, ChainMac(audit_key, "", org_id));
  return head;
}

Result<ChainHead> LockHead(SqlSession& session, const std::string& org_id) {
  // Writing what is there takes the row's lock in PostgreSQL; SQLite has no SELECT … FOR UPDATE.
  ASSIGN_OR_RETURN(
      const std::int64_t found,
      session.Execute("UPDATE audit_heads SET sequence = sequence WHERE org_id = :1", {org_id}));
  if (found == 0) return Error(ErrorCode::kNotFound, "org: not found");
  ASSIGN_OR_RETURN(
      const SqlRow row,
      session.QueryOne("SELECT sequence, mac FROM audit_heads WHERE org_id = :1", {org_id}, "org"));
  return ChainHead{.sequence = row.Integer(0), .mac = row.Text(1)};
}

Status AppendToChain(SqlSession& session, const Secret& audit_key, const std::string& org_id,
                     ChainHead head, std::vector<AuditRecord> records) {
  if (records.empty()) return {};
  for (AuditRecord& record : records) {
    record.sequence = ++head.sequence;
    const std::string body = WriteAuditRecord(record);
    ASSIGN_OR_RETURN(head.mac, ChainMac(audit_key, head.mac, body));
    session.InsertLater(kInsertEvents, RowOf(record, body, head.mac));
  }
  RETURN_IF_ERROR(
      session.Execute("UPDATE audit_heads SET sequence = :1, mac = :2 WHERE org_id = :3",
                      {head.sequence, head.mac, org_id}));
  return {};
}

}  // namespace injector
