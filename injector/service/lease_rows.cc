#include "injector/service/lease_rows.h"

#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/crypto/length_prefixed.h"
#include "injector/service/unix_time.h"

namespace injector {

namespace {

// `kind` keeps the two uses of the key apart.
Result<Secret> LeaseMac(const Secret& lease_key, std::string_view kind, const LeaseRow& lease,
                        std::string_view secret) {
  const Secret message =
      Secret::TakeFrom(LengthPrefixed({kind, lease.org_id, lease.id, lease.repo, lease.holder,
                                       std::to_string(lease.created_at), secret}));
  ASSIGN_OR_RETURN(const Secret mac, HmacSha256(lease_key, message.Reveal()));
  return Secret::TakeFrom(HexEncode(mac.Reveal()));
}

}  // namespace

Result<Secret> LeaseSecret(const Secret& lease_key, const LeaseRow& lease) {
  return LeaseMac(lease_key, "secret", lease, "");
}

Result<Secret> HashLease(const Secret& lease_key, const LeaseRow& lease, const Secret& secret) {
  return LeaseMac(lease_key, "hash", lease, secret.Reveal());
}

void InsertLease(SqlSession& session, const LeaseRow& lease) {
  session.InsertLater(
      "INSERT INTO leases (id, org_id, repo, holder, secret_hash, job, created_at, expires_at)",
      {lease.id, lease.org_id, lease.repo, lease.holder, lease.secret_hash, lease.job,
       lease.created_at, lease.expires_at});
}

Result<LeaseRow> ReadLease(SqlSession& session, const std::string& org_id, const std::string& id,
                           std::int64_t now) {
  ASSIGN_OR_RETURN(const SqlRow row,
                   session.QueryOne("SELECT id, org_id, repo, holder, secret_hash, job, "
                                    "created_at, expires_at FROM leases WHERE org_id = :1 "
                                    "AND id = :2 AND ended_at IS NULL AND expires_at > :3",
                                    {org_id, id, now}, "grant"));
  return LeaseRow{.id = row.Text(0),
                  .org_id = row.Text(1),
                  .repo = row.Text(2),
                  .holder = row.Text(3),
                  .secret_hash = row.Text(4),
                  .job = row.Text(5),
                  .created_at = row.Integer(6),
                  .expires_at = row.Integer(7)};
}

Status ExtendLease(SqlSession& session, const LeaseRow& lease) {
  RETURN_IF_ERROR(session.Execute("UPDATE leases SET expires_at = :1 WHERE id = :2",
                                  {lease.expires_at, lease.id}));
  return {};
}

Status EndLease(Act& act, const std::string& lease_id) {
  RETURN_IF_ERROR(act.session().Execute("UPDATE leases SET ended_at = :1 WHERE id = :2",
                                        {ToUnixSeconds(act.now()), lease_id}));
  return {};
}

Result<std::vector<LeaseItem>> ReadItems(SqlSession& session, const std::string& lease_id) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      session.Query("SELECT i.connection_id, c.type, c.name, i.version FROM lease_items i "
                    "LEFT JOIN service_connections c ON c.id = i.connection_id "
                    "WHERE i.lease_id = :1 ORDER BY c.name",
                    {lease_id}));
  std::vector<LeaseItem> items;
  for (const SqlRow& row : rows) {
    items.push_back({.connection_id = row.Text(0),
                     .name = {.type = row.Text(1), .alias = row.Text(2)},
                     .version = row.Integer(3)});
  }
  return items;
}

void AddItem(SqlSession& session, const std::string& lease_id, const std::string& connection_id,
             std::int64_t version) {
  session.InsertLater("INSERT INTO lease_items (lease_id, connection_id, version)",
                      {lease_id, connection_id, version});
}

Status RemoveItems(SqlSession& session, const std::string& lease_id) {
  RETURN_IF_ERROR(session.Execute("DELETE FROM lease_items WHERE lease_id = :1", {lease_id}));
  return {};
}

Status RemoveItem(SqlSession& session, const std::string& lease_id,
                  const std::string& connection_id) {
  RETURN_IF_ERROR(
      session.Execute("DELETE FROM lease_items WHERE lease_id = :1 AND connection_id = :2",
                      {lease_id, connection_id}));
  return {};
}

Result<std::vector<LiveLease>> LiveLeasesOf(Act& act, const std::string& connection_id) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      act.session().Query("SELECT l.id, l.repo FROM lease_items i JOIN leases l "
                          "ON l.id = i.lease_id WHERE i.connection_id = :1 AND l.ended_at IS NULL "
                          "AND l.expires_at > :2 ORDER BY l.repo, l.id",
                          {connection_id, ToUnixSeconds(act.now())}));
  std::vector<LiveLease> leases;
  for (const SqlRow& row : rows) leases.push_back({.id = row.Text(0), .repo = row.Text(1)});
  return leases;
}

}  // namespace injector
