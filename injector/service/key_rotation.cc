#include "injector/service/key_rotation.h"

#include <optional>
#include <utility>
#include <vector>

#include "injector/service/orgs.h"
#include "injector/service/stored_connection.h"
#include "injector/service/stored_envelope.h"

namespace injector {
namespace {

AuditEvent RotationEvent(const MasterKey& key) {
  AuditEvent event;
  event.action = "key.activate";
  event.details = {{"key", key.id()}};
  return event;
}

// Rows that nobody can open keep their key, and it must be kept for them.
Status RetireUnneeded(SqlSession& session, TimePoint now) {
  RETURN_IF_ERROR(session.Execute(
      "UPDATE master_keys SET state = 'retired', retired_at = :1 WHERE state = 'previous' "
      "AND NOT EXISTS (SELECT 1 FROM connection_versions v WHERE v.key_id = master_keys.key_id) "
      "AND NOT EXISTS (SELECT 1 FROM orgs o WHERE o.key_id = master_keys.key_id)",
      {ToUnixSeconds(now)}));
  return {};
}

}  // namespace

Status ActivateMasterKey(Desk& desk, const KeyText& key) {
  std::optional<MasterKey> active;
  const auto activate = [&](Act& act) -> Status {
    RETURN_IF_ERROR(act.session().Execute(
        "UPDATE master_keys SET state = 'previous' WHERE state = 'active'", {}));
    ASSIGN_OR_RETURN(MasterKey inserted, InsertActiveKey(act.session(), key, act.now()));
    act.Record(RotationEvent(inserted));
    active.emplace(std::move(inserted));
    return {};
  };
  Status done = desk.ledger().Run(std::string(kServiceOrg), "operator", activate);
  if (!done.ok() && done.error().code() == ErrorCode::kConflict) {
    return Error(ErrorCode::kAlreadyExists, "master key: was active here before");
  }
  RETURN_IF_ERROR(std::move(done));
  desk.keys().Activate(*std::move(active));
  return {};
}

Result<Rewrapper::Progress> Rewrapper::Step(std::size_t limit) {
  const auto step = [&](SqlSession& session) -> Result<Stepped> {
    if (!position_.orgs_done) return RewrapOrgs(session, limit);
    ASSIGN_OR_RETURN(Stepped stepped, RewrapVersions(session, limit));
    if (stepped.progress.done) {
      RETURN_IF_ERROR(RetireUnneeded(session, desk_.clock().Now()));
    }
    return stepped;
  };
  ASSIGN_OR_RETURN(Stepped stepped, desk_.database().Write<Stepped>(step));
  // Only now: rows of a step that was not committed are looked at again.
  position_ = std::move(stepped.next);
  return stepped.progress;
}

// Orgs are few: those that do not open are tried again with each step until nothing else is left.
Result<Rewrapper::Stepped> Rewrapper::RewrapOrgs(SqlSession& session, std::size_t limit) const {
  const std::shared_ptr<const KeyRing> ring = desk_.keys().ring();
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      session.Query("SELECT id, key_id, data_key_id, wrapped_key, key_encrypted FROM orgs "
                    "WHERE key_id <> :1 ORDER BY id",
                    {ring->active().id()}));
  Progress progress;
  for (const SqlRow& row : rows) {
    if (progress.rewrapped == limit) return Stepped{.progress = progress, .next = position_};
    const Result<Envelope> envelope = RewrapOrgKey(*ring, ReadEnvelope(row, 1), row.Text(0));
    if (!envelope.ok()) {
      ++progress.damaged;
      continue;
    }
    RETURN_IF_ERROR(session.Execute(
        "UPDATE orgs SET key_id = :1, wrapped_key = :2 WHERE id = :3 AND key_id = :4",
        {envelope->key_id, EncodeColumn(envelope->wrapped_key), row.Text(0), row.Text(1)}));
    ++progress.rewrapped;
  }
  return Stepped{.progress = progress, .next = {.orgs_done = true, .connection = {}, .version = 0}};
}

Result<Rewrapper::Stepped> Rewrapper::RewrapVersions(SqlSession& session, std::size_t limit) const {
  const std::shared_ptr<const KeyRing> ring = desk_.keys().ring();
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      session.Query(std::string("SELECT ") + kAnyVersionColumns +
                        " FROM connection_versions v JOIN service_connections c "
                        "ON c.id = v.connection_id WHERE v.key_id <> :1 AND "
                        "(v.connection_id > :2 OR (v.connection_id = :3 AND v.version > :4)) "
                        "ORDER BY v.connection_id, v.version LIMIT :5",
                    {ring->active().id(), position_.connection, position_.connection,
                     position_.version, static_cast<std::int64_t>(limit)}));
  Progress progress;
  Position next = position_;
  for (const SqlRow& row : rows) {
    const StoredConnection stored = ReadStoredConnection(row);
    next.connection = stored.id;
    next.version = stored.version;
    const Result<Envelope> envelope = RewrapConnection(*ring, stored);
    if (!envelope.ok()) {
      ++progress.damaged;
      continue;
    }
    RETURN_IF_ERROR(
        session.Execute("UPDATE connection_versions SET key_id = :1, wrapped_key = :2 "
                        "WHERE connection_id = :3 AND version = :4 AND key_id = :5",
                        {envelope->key_id, EncodeColumn(envelope->wrapped_key), stored.id,
                         stored.version, stored.envelope.key_id}));
    ++progress.rewrapped;
  }
  progress.done = rows.size() < limit;
  return Stepped{.progress = progress, .next = std::move(next)};
}

}  // namespace injector
