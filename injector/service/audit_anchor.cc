#include "injector/service/audit_anchor.h"

#include <utility>

#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/length_prefixed.h"

namespace injector {
namespace {

Result<std::string> MacOf(const Secret& audit_key, const std::string& org_id, const ChainHead& last,
                          const std::string& state) {
  ASSIGN_OR_RETURN(
      const Secret mac,
      HmacSha256(audit_key, LengthPrefixed({"audit anchor", org_id, std::to_string(last.sequence),
                                            last.mac, state})));
  return HexEncode(mac.Reveal());
}

Error Altered() { return {ErrorCode::kDataLoss, "the anchor of the log was altered"}; }

}  // namespace

Result<AuditAnchor> ReadAnchor(SqlSession& session, const Secret& audit_key,
                               const std::string& org_id) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT sequence, mac, state, anchor_mac FROM audit_anchors "
                                 "WHERE org_id = :1",
                                 {org_id}));
  AuditAnchor anchor;
  if (rows.empty()) {
    ASSIGN_OR_RETURN(anchor.last, FirstHead(audit_key, org_id));
    return anchor;
  }
  const SqlRow& row = rows.front();
  anchor.last = {.sequence = row.Integer(0), .mac = row.Text(1)};
  ASSIGN_OR_RETURN(const std::string mac, MacOf(audit_key, org_id, anchor.last, row.Text(2)));
  if (mac != row.Text(3)) return Altered();
  std::optional<AuditReplay> replay = AuditReplay::FromText(row.Text(2));
  if (!replay) return Altered();
  anchor.replay = *std::move(replay);
  return anchor;
}

Status CheckNothingBefore(SqlSession& session, const std::string& org_id, const ChainHead& anchor) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      session.Query("SELECT sequence FROM audit_events WHERE org_id = :1 AND sequence <= :2 "
                    "ORDER BY sequence LIMIT 1",
                    {org_id, anchor.sequence}));
  if (rows.empty()) return {};
  return Error(ErrorCode::kDataLoss, "event " + std::to_string(rows.front().Integer(0)) +
                                         " is not in its place: the log begins after event " +
                                         std::to_string(anchor.sequence));
}

Status WriteAnchor(SqlSession& session, const Secret& audit_key, const std::string& org_id,
                   const AuditAnchor& anchor) {
  const std::string state = anchor.replay.ToText();
  ASSIGN_OR_RETURN(const std::string mac, MacOf(audit_key, org_id, anchor.last, state));
  RETURN_IF_ERROR(session.Execute("DELETE FROM audit_anchors WHERE org_id = :1", {org_id}));
  RETURN_IF_ERROR(
      session.Execute("INSERT INTO audit_anchors (org_id, sequence, mac, state, anchor_mac) "
                      "VALUES (:1, :2, :3, :4, :5)",
                      {org_id, anchor.last.sequence, anchor.last.mac, state, mac}));
  return {};
}

}  // namespace injector
