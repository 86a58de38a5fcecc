#include "injector/service/connection_acts.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/service/ids.h"
#include "injector/service/lease_rows.h"
#include "injector/service/once.h"
#include "injector/service/org_revision.h"
#include "injector/service/text_list.h"
#include "injector/service/variable_record.h"

namespace injector {
namespace {

AuditEvent ConnectionEvent(const Intent& intent, const StoredConnection& stored) {
  AuditEvent event = EventOf(intent);
  event.connection = stored.id;
  event.name = ShownName(stored.name);
  event.version = stored.version;
  return event;
}

Status CheckVersion(const StoredConnection& stored, std::int64_t expected) {
  if (stored.version == expected) return {};
  return Error(ErrorCode::kFailedPrecondition, "it has version " + std::to_string(stored.version) +
                                                   ", not " + std::to_string(expected));
}

// One org's acts run one after another: what is looked up here cannot change before the commit.
Status CheckDefaultIsFree(Act& act, const Connection& connection, const std::string& id) {
  if (!connection.is_default) return {};
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   act.session().Query("SELECT name FROM service_connections WHERE org_id = :1 "
                                       "AND type = :2 AND is_default = 1 AND id <> :3",
                                       {act.org_id(), connection.name.type, id}));
  if (rows.empty()) return {};
  return Error(ErrorCode::kConflict, "default: the type has one, " + rows.front().Text(0))
      .WithHint("take the flag from that one first");
}

Status CheckNameIsFree(Act& act, const std::string& name) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      act.session().Query("SELECT id FROM service_connections WHERE org_id = :1 AND name = :2",
                          {act.org_id(), name}));
  if (rows.empty()) return {};
  return Error(ErrorCode::kAlreadyExists, "name: the org has one of this name");
}

Status InsertConnection(Act& act, const StoredConnection& stored) {
  const std::int64_t now = ToUnixSeconds(act.now());
  RETURN_IF_ERROR(act.session().Execute(
      "INSERT INTO service_connections (id, org_id, name, type, is_default, version, created_by, "
      "created_at) VALUES (:1, :2, :3, :4, :5, :6, :7, :8)",
      {stored.id, stored.org_id, stored.name.alias, stored.name.type,
       std::int64_t{stored.is_default}, stored.version, act.actor(), now}));
  return InsertVersion(act.session(), stored, act.actor(), now);
}

bool IsSame(const Connection& a, const Connection& b) {
  return a.is_default == b.is_default && ConnectionContent(a) == ConnectionContent(b);
}

Status NoteRotation(Act& act, const std::string& id) {
  RETURN_IF_ERROR(
      act.session().Execute("UPDATE service_connections SET rotated_at = :1 WHERE id = :2",
                            {ToUnixSeconds(act.now()), id}));
  return {};
}

Status PutVersion(Act& act, const StoredConnection& stored) {
  RETURN_IF_ERROR(InsertVersion(act.session(), stored, act.actor(), ToUnixSeconds(act.now())));
  RETURN_IF_ERROR(act.session().Execute(
      "UPDATE service_connections SET version = :1, is_default = :2 WHERE id = :3",
      {stored.version, std::int64_t{stored.is_default}, stored.id}));
  return RaiseRevision(act);
}

Result<std::vector<std::string>> ReposHolding(Act& act, const std::string& id) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   act.session().Query("SELECT r.name FROM repo_service_connections a JOIN repos r "
                                       "ON r.id = a.repo_id WHERE a.connection_id = :1 "
                                       "ORDER BY r.name",
                                       {id}));
  std::vector<std::string> repos;
  for (const SqlRow& row : rows) repos.push_back(row.Text(0));
  return repos;
}

Error InUse(const std::vector<std::string>& repos, const std::vector<LiveLease>& leases) {
  std::string message = "in use";
  for (std::size_t i = 0; i < repos.size(); ++i) {
    message += (i == 0 ? "; attached to: " : ", ") + repos[i];
  }
  std::set<std::string> holders;  // each once, however many jobs of it there are
  for (const LiveLease& lease : leases) holders.insert(lease.repo);
  const char* separator = "; leased to jobs of: ";
  for (const std::string& repo : holders) {
    message.append(std::exchange(separator, ", ")).append(repo);
  }
  return Error(ErrorCode::kConflict, message);
}

Status Release(Act& act, const StoredConnection& stored, const std::vector<std::string>& repos,
               const std::vector<LiveLease>& leases) {
  for (const std::string& repo : repos) {
    act.Record(ConnectionEvent({.operation = Operation::kDetach, .repo = repo}, stored));
  }
  RETURN_IF_ERROR(act.session().Execute(
      "DELETE FROM repo_service_connections WHERE connection_id = :1", {stored.id}));
  for (const LiveLease& lease : leases) {
    RETURN_IF_ERROR(EndLease(act, lease.id));
    act.Record(
        EventOf({.operation = Operation::kReleaseGrant, .repo = lease.repo, .grant = lease.id}));
  }
  return {};
}

Status DeleteRows(Act& act, const std::string& id) {
  for (const char* statement : {"DELETE FROM lease_items WHERE connection_id = :1",
                                "DELETE FROM connection_versions WHERE connection_id = :1",
                                "DELETE FROM service_connections WHERE id = :1"}) {
    RETURN_IF_ERROR(act.session().Execute(statement, {id}));
  }
  return RaiseRevision(act);
}

}  // namespace

Result<StoredConnection> Seal(Act& act, const std::string& id, const Connection& connection) {
  ASSIGN_OR_RETURN(const auto ring, act.masters().RingToWrap(act.session()));
  return SealConnection(*ring, act.org_id(), id, connection);
}

Result<StoredConnection> ReadForChange(Act& act, RecordKind kind, const std::string& id,
                                       std::optional<std::int64_t> expected_version) {
  RETURN_IF_ERROR(CurrentView(act.session(), act.org_id(), kind, id));
  ASSIGN_OR_RETURN(StoredConnection stored, ReadCurrentVersion(act.session(), act.org_id(), id));
  if (expected_version) RETURN_IF_ERROR(CheckVersion(stored, *expected_version));
  return stored;
}

Result<Connection> OpenRecorded(Act& act, const StoredConnection& stored, const Intent& intent) {
  const std::shared_ptr<const KeyRing> ring = act.masters().ring();
  Result<Connection> connection = OpenConnection(*ring, stored);
  if (connection.ok()) return connection;
  if (connection.error().code() == ErrorCode::kFailedPrecondition) {
    RETURN_IF_ERROR(act.masters().NoticeNewKey(act.session()));
    const std::shared_ptr<const KeyRing> fresh = act.masters().ring();
    if (fresh != ring) connection = OpenConnection(*fresh, stored);
    if (connection.ok()) return connection;
  }
  AuditEvent event = ConnectionEvent(intent, stored);
  event.reason = ErrorCodeName(connection.error().code());
  act.RecordRefusal(std::move(event));
  // The caller can do nothing about that: somebody has to bring the key.
  if (connection.error().code() == ErrorCode::kFailedPrecondition) {
    return Error(ErrorCode::kUnavailable, connection.error().message());
  }
  return connection;
}

Result<std::string> InsertRecord(Act& act, Connection connection, const Intent& intent) {
  connection.version = 1;
  RETURN_IF_ERROR(CheckNameIsFree(act, connection.name.alias));
  RETURN_IF_ERROR(CheckDefaultIsFree(act, connection, ""));
  ASSIGN_OR_RETURN(std::string id, NewUuid());
  ASSIGN_OR_RETURN(const StoredConnection stored, Seal(act, id, connection));
  RETURN_IF_ERROR(InsertConnection(act, stored));
  act.Record(ConnectionEvent(intent, stored));
  return id;
}

Result<ConnectionView> MadeView(Act& act, RecordKind kind, const std::string& id) {
  Result<ConnectionView> view = CurrentView(act.session(), act.org_id(), kind, id);
  if (!view.ok() && view.error().code() == ErrorCode::kNotFound) return MadeIsGone();
  return view;
}

std::vector<std::string> MadeVisible(const Connection& old, const Connection& changed) {
  std::set<std::string> secret;
  for (const FlatField& leaf : Flatten(old)) {
    if (leaf.secret) secret.insert(leaf.path);
  }
  std::vector<std::string> visible;
  for (const FlatField& leaf : Flatten(changed)) {
    if (!leaf.secret && secret.contains(leaf.path)) visible.push_back(leaf.path);
  }
  return visible;
}

bool HasNewSecret(const Connection& before, const Connection& now) {
  std::map<std::string, const Value*> known;
  const std::vector<FlatField> old_leaves = Flatten(before);
  for (const FlatField& leaf : old_leaves) known.emplace(leaf.path, leaf.value);
  const std::vector<FlatField> leaves = Flatten(now);
  return std::any_of(leaves.begin(), leaves.end(), [&](const FlatField& leaf) {
    const auto old = known.find(leaf.path);
    return leaf.secret && (old == known.end() || !(*old->second == *leaf.value));
  });
}

Status ReviseRecord(Act& act, const StoredConnection& before, const Change& change,
                    const Intent& intent) {
  ASSIGN_OR_RETURN(const Connection old, OpenRecorded(act, before, intent));
  ASSIGN_OR_RETURN(Connection changed, change(old));
  if (IsSame(old, changed)) return {};
  RETURN_IF_ERROR(CheckDefaultIsFree(act, changed, before.id));
  changed.version = old.version + 1;
  ASSIGN_OR_RETURN(const StoredConnection after, Seal(act, before.id, changed));
  RETURN_IF_ERROR(PutVersion(act, after));
  if (HasNewSecret(old, changed)) RETURN_IF_ERROR(NoteRotation(act, before.id));
  AuditEvent event = ConnectionEvent(intent, after);
  if (const std::vector<std::string> visible = MadeVisible(old, changed); !visible.empty()) {
    event.details = {{"madeVisible", EncodeTextList(visible)}};
  }
  act.Record(std::move(event));
  return {};
}

Status DeleteRecord(Act& act, const StoredConnection& stored, DeleteMode mode,
                    const Intent& intent) {
  ASSIGN_OR_RETURN(const std::vector<std::string> repos, ReposHolding(act, stored.id));
  ASSIGN_OR_RETURN(const std::vector<LiveLease> leases, LiveLeasesOf(act, stored.id));
  if (mode == DeleteMode::kUnused && !(repos.empty() && leases.empty())) {
    return InUse(repos, leases);
  }
  RETURN_IF_ERROR(Release(act, stored, repos, leases));
  RETURN_IF_ERROR(DeleteRows(act, stored.id));
  act.Record(ConnectionEvent(intent, stored));
  return {};
}

}  // namespace injector
