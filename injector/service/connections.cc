#include "injector/service/connections.h"

#include <functional>
#include <utility>

#include "injector/model/connection_json.h"
#include "injector/model/json.h"
#include "injector/service/ids.h"
#include "injector/service/lease_rows.h"
#include "injector/service/org_revision.h"
#include "injector/service/stored_connection.h"

namespace injector {
namespace {

constexpr const char* kViewQuery =
    "SELECT c.id, v.version, v.visible, c.created_by, c.created_at, v.created_by, v.created_at, "
    "c.type, c.name "
    "FROM service_connections c JOIN connection_versions v ON v.connection_id = c.id ";

ConnectionView ReadView(const SqlRow& row) {
  Result<Value> shown = ParseJson(row.Text(2));
  // Somebody has written into the column: the list goes on without it.
  if (!shown.ok()) shown = Value::Map({});
  return ConnectionView{.id = row.Text(0),
                        .name = {.type = row.Text(7), .alias = row.Text(8)},
                        .version = row.Integer(1),
                        .shown = *std::move(shown),
                        .created_by = row.Text(3),
                        .created_at = FromUnixSeconds(row.Integer(4)),
                        .changed_by = row.Text(5),
                        .changed_at = FromUnixSeconds(row.Integer(6))};
}

Result<std::vector<ConnectionView>> QueryViews(SqlSession& session, const std::string& condition,
                                               const SqlSession::Parameters& parameters) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query(kViewQuery + condition, parameters));
  std::vector<ConnectionView> views;
  for (const SqlRow& row : rows) views.push_back(ReadView(row));
  return views;
}

Result<ConnectionView> CurrentView(SqlSession& session, const std::string& org_id,
                                   const std::string& id) {
  ASSIGN_OR_RETURN(
      std::vector<ConnectionView> views,
      QueryViews(session, "WHERE v.version = c.version AND c.org_id = :1 AND c.id = :2",
                 {org_id, id}));
  if (views.empty()) return Error(ErrorCode::kNotFound, "connection: not found");
  return std::move(views.front());
}

AuditEvent ConnectionEvent(const Intent& intent, const StoredConnection& stored) {
  AuditEvent event = EventOf(intent);
  event.connection = stored.id;
  event.name = stored.name.Full();
  event.version = stored.version;
  return event;
}

Status CheckVersion(const StoredConnection& stored, std::int64_t expected) {
  if (stored.version == expected) return {};
  return Error(ErrorCode::kFailedPrecondition, "connection: it has version " +
                                                   std::to_string(stored.version) + ", not " +
                                                   std::to_string(expected));
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
  return Error(ErrorCode::kAlreadyExists, "connection: the org has one of this name");
}

Result<Connection> NewConnection(const Value& body) {
  ASSIGN_OR_RETURN(ConnectionInput input, ParseConnectionInput(body));
  if (!input.alias || !input.type) {
    return Error(ErrorCode::kInvalidArgument, "connection: needs a name and a type");
  }
  Connection empty;
  empty.name = {.type = *input.type, .alias = *input.alias};
  Connection connection = ApplyInput(std::move(empty), std::move(input));
  connection.version = 1;
  RETURN_IF_ERROR(CheckConnection(connection));
  return connection;
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

Result<Connection> Patched(Connection connection, const Value& json) {
  ASSIGN_OR_RETURN(ConnectionInput patch, ParseConnectionInput(json));
  const bool renamed = (patch.alias && *patch.alias != connection.name.alias) ||
                       (patch.type && *patch.type != connection.name.type);
  if (renamed) {
    return Error(ErrorCode::kInvalidArgument, "connection: name and type cannot change")
        .WithHint("make a new connection");
  }
  patch.version.reset();  // which one to change stands in the precondition
  Connection patched = ApplyInput(std::move(connection), std::move(patch));
  RETURN_IF_ERROR(CheckConnection(patched));
  return patched;
}

bool IsSame(const Connection& a, const Connection& b) {
  return a.is_default == b.is_default && ConnectionContent(a) == ConnectionContent(b);
}

Status PutVersion(Act& act, const StoredConnection& stored) {
  RETURN_IF_ERROR(InsertVersion(act.session(), stored, act.actor(), ToUnixSeconds(act.now())));
  RETURN_IF_ERROR(act.session().Execute(
      "UPDATE service_connections SET version = :1, is_default = :2 WHERE id = :3",
      {stored.version, std::int64_t{stored.is_default}, stored.id}));
  return RaiseRevision(act);
}

// The stored connection, decrypted; the refusal is recorded when it was altered.
Result<Connection> OpenRecorded(Act& act, const StoredConnection& stored, const Intent& intent) {
  Result<Connection> connection = OpenConnection(act.ring(), stored);
  if (!connection.ok()) {
    AuditEvent event = ConnectionEvent(intent, stored);
    event.reason = ErrorCodeName(connection.error().code());
    act.RecordRefusal(std::move(event));
  }
  return connection;
}

// Makes a new version of intent.connection by `change`, unless that changes nothing.
Result<ConnectionView> Revise(Act& act, const Intent& intent, std::int64_t expected_version,
                              const std::function<Result<Connection>(const Connection&)>& change) {
  const std::string& id = intent.connection;
  ASSIGN_OR_RETURN(const StoredConnection before,
                   ReadCurrentVersion(act.session(), act.org_id(), id));
  RETURN_IF_ERROR(CheckVersion(before, expected_version));
  ASSIGN_OR_RETURN(const Connection old, OpenRecorded(act, before, intent));
  ASSIGN_OR_RETURN(Connection changed, change(old));
  if (IsSame(old, changed)) return CurrentView(act.session(), act.org_id(), id);
  RETURN_IF_ERROR(CheckDefaultIsFree(act, changed, id));
  changed.version = old.version + 1;
  ASSIGN_OR_RETURN(const StoredConnection after,
                   SealConnection(act.ring(), act.org_id(), id, changed));
  RETURN_IF_ERROR(PutVersion(act, after));
  act.Record(ConnectionEvent(intent, after));
  return CurrentView(act.session(), act.org_id(), id);
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
  std::string message = "connection: in use";
  for (std::size_t i = 0; i < repos.size(); ++i) {
    message += (i == 0 ? "; attached to: " : ", ") + repos[i];
  }
  for (std::size_t i = 0; i < leases.size(); ++i) {
    message += (i == 0 ? "; leased to jobs of: " : ", ") + leases[i].repo;
  }
  return Error(ErrorCode::kConflict, message);
}

Status Release(Act& act, const StoredConnection& stored, const std::vector<std::string>& repos,
               const std::vector<LiveLease>& leases) {
  for (const std::string& repo : repos) {
    act.Record(ConnectionEvent({.action = Operation::kDetach, .repo = repo}, stored));
  }
  RETURN_IF_ERROR(act.session().Execute(
      "DELETE FROM repo_service_connections WHERE connection_id = :1", {stored.id}));
  for (const LiveLease& lease : leases) {
    RETURN_IF_ERROR(EndLease(act, lease.id));
    act.Record(
        EventOf({.action = Operation::kReleaseGrant, .repo = lease.repo, .grant = lease.id}));
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

Result<ConnectionView> Connections::Create(const Principal& principal, const Value& body) {
  const Intent intent{.action = Operation::kCreateConnection};
  return desk_.Change<ConnectionView>(principal, intent, [&](Act& act) -> Result<ConnectionView> {
    ASSIGN_OR_RETURN(const Connection connection, NewConnection(body));
    RETURN_IF_ERROR(CheckNameIsFree(act, connection.name.alias));
    RETURN_IF_ERROR(CheckDefaultIsFree(act, connection, ""));
    ASSIGN_OR_RETURN(const std::string id, NewUuid());
    ASSIGN_OR_RETURN(const StoredConnection stored,
                     SealConnection(act.ring(), act.org_id(), id, connection));
    RETURN_IF_ERROR(InsertConnection(act, stored));
    act.Record(ConnectionEvent(intent, stored));
    return CurrentView(act.session(), act.org_id(), id);
  });
}

Result<ConnectionView> Connections::Get(const Principal& principal, const std::string& id) {
  return desk_.Read<ConnectionView>(
      principal, {.action = Operation::kReadConnections, .connection = id},
      [&](SqlSession& session) { return CurrentView(session, principal.org_id, id); });
}

Result<Page<ConnectionView>> Connections::List(const Principal& principal, const PageRequest& page,
                                               const std::string& name) {
  return desk_.Read<Page<ConnectionView>>(
      principal, {.action = Operation::kReadConnections},
      [&](SqlSession& session) -> Result<Page<ConnectionView>> {
        ASSIGN_OR_RETURN(std::vector<ConnectionView> views,
                         QueryViews(session,
                                    "WHERE v.version = c.version AND c.org_id = :1 AND c.name > :2 "
                                    "AND (:3 = '' OR c.name = :4) ORDER BY c.name LIMIT :5",
                                    {principal.org_id, page.after, name, name,
                                     static_cast<std::int64_t>(page.rows())}));
        return MakePage(std::move(views), page,
                        [](const ConnectionView& view) { return view.name.alias; });
      });
}

Result<Page<ConnectionView>> Connections::Versions(const Principal& principal,
                                                   const std::string& id, const PageRequest& page) {
  using Views = Page<ConnectionView>;
  return desk_.Read<Views>(
      principal, {.action = Operation::kReadConnections, .connection = id},
      [&](SqlSession& session) -> Result<Views> {
        RETURN_IF_ERROR(CurrentView(session, principal.org_id, id));
        ASSIGN_OR_RETURN(const std::int64_t before, ParsePosition(page.after));
        ASSIGN_OR_RETURN(
            std::vector<ConnectionView> views,
            QueryViews(session,
                       "WHERE c.org_id = :1 AND c.id = :2 AND v.version < :3 "
                       "ORDER BY v.version DESC LIMIT :4",
                       {principal.org_id, id, before, static_cast<std::int64_t>(page.rows())}));
        return MakePage(std::move(views), page,
                        [](const ConnectionView& view) { return std::to_string(view.version); });
      });
}

Result<ConnectionView> Connections::Patch(const Principal& principal, const std::string& id,
                                          std::int64_t expected_version, const Value& patch) {
  const Intent intent{.action = Operation::kChangeConnection, .connection = id};
  return desk_.Change<ConnectionView>(principal, intent, [&](Act& act) {
    return Revise(act, intent, expected_version,
                  [&](const Connection& old) { return Patched(old.Clone(), patch); });
  });
}

Result<ConnectionView> Connections::RollBack(const Principal& principal, const std::string& id,
                                             std::int64_t expected_version, std::int64_t version) {
  const Intent intent{.action = Operation::kChangeConnection, .connection = id};
  return desk_.Change<ConnectionView>(principal, intent, [&](Act& act) {
    return Revise(act, intent, expected_version, [&](const Connection& old) -> Result<Connection> {
      ASSIGN_OR_RETURN(const StoredConnection stored,
                       ReadVersion(act.session(), act.org_id(), id, version));
      ASSIGN_OR_RETURN(Connection earlier, OpenRecorded(act, stored, intent));
      earlier.is_default = old.is_default;
      return earlier;
    });
  });
}

Status Connections::Delete(const Principal& principal, const std::string& id, DeleteMode mode,
                           std::optional<std::int64_t> expected_version) {
  const Intent intent{.action = Operation::kDeleteConnection, .connection = id};
  return desk_.Change(principal, intent, [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const StoredConnection stored,
                     ReadCurrentVersion(act.session(), act.org_id(), id));
    if (expected_version) RETURN_IF_ERROR(CheckVersion(stored, *expected_version));
    ASSIGN_OR_RETURN(const std::vector<std::string> repos, ReposHolding(act, id));
    ASSIGN_OR_RETURN(const std::vector<LiveLease> leases, LiveLeasesOf(act, id));
    if (mode == DeleteMode::kUnused && !(repos.empty() && leases.empty())) {
      return InUse(repos, leases);
    }
    RETURN_IF_ERROR(Release(act, stored, repos, leases));
    RETURN_IF_ERROR(DeleteRows(act, id));
    act.Record(ConnectionEvent(intent, stored));
    return {};
  });
}

}  // namespace injector
