#include "injector/service/attachment_rows.h"

#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/service/text_list.h"

namespace injector {
namespace {

constexpr const char* kQuery =
    "SELECT r.org_id, r.name, a.connection_id, a.environments, a.protected_only, a.created_by, "
    "a.created_at, a.mac, c.type, c.name, c.is_default FROM repo_service_connections a "
    "JOIN repos r ON r.id = a.repo_id JOIN service_connections c ON c.id = a.connection_id "
    "WHERE r.org_id = :1 ";

Result<AttachmentRow> ReadRow(const SqlRow& row) {
  AttachmentRow attachment{.org_id = row.Text(0),
                           .repo = row.Text(1),
                           .connection_id = row.Text(2),
                           .scope = {.environments = {}, .protected_only = row.Integer(4) != 0},
                           .created_by = row.Text(5),
                           .created_at = row.Integer(6),
                           .mac = row.Text(7),
                           .name = {.type = row.Text(8), .alias = row.Text(9)},
                           .is_default = row.Integer(10) != 0};
  ASSIGN_OR_RETURN(attachment.scope.environments, DecodeTextList(row.Text(3)));
  return attachment;
}

Result<std::vector<AttachmentRow>> Query(SqlSession& session, const std::string& condition,
                                         const SqlSession::Parameters& parameters) {
  ASSIGN_OR_RETURN(const auto rows, session.QueryKept(kQuery + condition, parameters));
  std::vector<AttachmentRow> attachments;
  for (const SqlRow& row : *rows) {
    ASSIGN_OR_RETURN(AttachmentRow attachment, ReadRow(row));
    attachments.push_back(std::move(attachment));
  }
  return attachments;
}

}  // namespace

Result<std::string> AttachmentMac(const Secret& attachment_key, const AttachmentRow& row) {
  ASSIGN_OR_RETURN(
      const Secret mac,
      HmacSha256(attachment_key, LengthPrefixed({row.org_id, row.repo, row.connection_id,
                                                 EncodeTextList(row.scope.environments),
                                                 row.scope.protected_only ? "1" : "0",
                                                 row.created_by, std::to_string(row.created_at)})));
  return HexEncode(mac.Reveal());
}

Result<bool> IsGenuine(const Secret& attachment_key, const AttachmentRow& row) {
  ASSIGN_OR_RETURN(const std::string mac, AttachmentMac(attachment_key, row));
  return Secret::ConstantTimeEquals(mac, row.mac);
}

Result<std::vector<AttachmentRow>> AttachmentsOf(SqlSession& session, const std::string& org_id,
                                                 std::string_view repo) {
  return Query(session, "AND r.name = :2 ORDER BY c.name", {org_id, repo});
}

Result<std::vector<AttachmentRow>> AttachmentsOf(SqlSession& session, const std::string& org_id,
                                                 std::string_view repo, RecordKind kind,
                                                 const PageRequest& page) {
  return Query(
      session,
      "AND r.name = :2 AND c.name > :3 AND " + KindCondition(kind) + " ORDER BY c.name LIMIT :4",
      {org_id, repo, page.after, static_cast<std::int64_t>(page.rows())});
}

Result<std::vector<AttachmentRow>> AttachmentsOfConnection(SqlSession& session,
                                                           const std::string& org_id,
                                                           const std::string& connection_id,
                                                           const PageRequest& page) {
  return Query(session, "AND a.connection_id = :2 AND r.name > :3 ORDER BY r.name LIMIT :4",
               {org_id, connection_id, page.after, static_cast<std::int64_t>(page.rows())});
}

}  // namespace injector
