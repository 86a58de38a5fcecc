#include "injector/service/rotation.h"

#include <optional>
#include <utility>

#include "injector/base/clock.h"
#include "injector/model/connection_json.h"
#include "injector/model/upkeep.h"
#include "injector/service/connection_acts.h"
#include "injector/service/connections.h"
#include "injector/service/orgs.h"
#include "injector/service/variable_record.h"

namespace injector {
namespace {

constexpr std::string_view kRotate = "connection.rotate";

// A config that is set aside is kept as the version below zero of the one that it was made from:
// -3 was made from 3. So it is sealed, wrapped again, backed up and deleted like any other.
Result<std::optional<std::int64_t>> VersionSetAside(Act& act, const std::string& id) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   act.session().Query("SELECT version FROM connection_versions "
                                       "WHERE connection_id = :1 AND version < 0",
                                       {id}));
  if (rows.empty()) return std::optional<std::int64_t>();
  return std::optional(rows.front().Integer(0));
}

Status ForgetSetAside(Act& act, const std::string& id) {
  RETURN_IF_ERROR(act.session().Execute(
      "DELETE FROM connection_versions WHERE connection_id = :1 AND version < 0", {id}));
  return {};
}

Result<std::string> FindId(Act& act, const Reference& name) {
  ASSIGN_OR_RETURN(const std::vector<ConnectionView> views,
                   ListViews(act.session(), act.org_id(), RecordKind::kConnection, {}, name.alias));
  const bool found = !views.empty() && (name.type.empty() || views.front().name.type == name.type);
  if (found) return views.front().id;
  return Error(ErrorCode::kNotFound, name.ToString() + ": the org has no such connection");
}

AuditEvent RotationEvent(const std::string& id, const Connection& connection, std::string step) {
  AuditEvent event;
  event.action = kRotate;
  event.connection = id;
  event.name = ShownName(connection.name);
  event.version = static_cast<std::int64_t>(connection.version);
  event.details = {{"step", std::move(step)}};
  return event;
}

bool IsSame(const Field* a, const Field* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->value == b->value;
}

// `current` with what `aside` has made different from `base`.
Result<Connection> OnTopOf(const Connection& current, const Connection& base,
                           const Connection& aside) {
  Connection next = current.Clone();
  for (const Field& field : aside.fields) {
    const Field* before = base.FieldNamed(field.name);
    const Field* now = current.FieldNamed(field.name);
    if (IsSame(&field, before) || IsSame(&field, now)) continue;
    if (!IsSame(before, now)) {
      return Error(ErrorCode::kConflict,
                   field.name + ": has been changed by somebody else since it was rotated")
          .WithHint("--discard forgets what was set aside");
    }
    for (Field& place : next.fields) {
      if (place.name == field.name) place.value = field.value.Clone();
    }
  }
  if (aside.expires_at != base.expires_at) next.expires_at = aside.expires_at;
  return next;
}

Result<Connection> Opened(Act& act, const std::string& id, std::int64_t version) {
  ASSIGN_OR_RETURN(const StoredConnection stored,
                   ReadVersion(act.session(), act.org_id(), id, version));
  return OpenRecorded(act, stored, {.operation = Operation::kChangeConnection, .connection = id});
}

Result<Connection> NextOf(Act& act, const std::string& id, const Connection& current,
                          RotationKind kind) {
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> version, VersionSetAside(act, id));
  if (kind == RotationKind::kNew) {
    if (!version) return current.Clone();
    return Error(ErrorCode::kFailedPrecondition,
                 "an earlier rotation was not finished: its new config is set aside")
        .WithHint("--resume goes on with it; --discard forgets it");
  }
  if (!version) return Error(ErrorCode::kNotFound, "no new config is set aside");
  ASSIGN_OR_RETURN(const Connection aside, Opened(act, id, *version));
  ASSIGN_OR_RETURN(const Connection base, Opened(act, id, -*version));
  return OnTopOf(current, base, aside);
}

}  // namespace

template <typename T>
Result<T> Rotations::RunAct(const std::function<Result<T>(Act&)>& body) {
  return desk_.RunAct<T>(org_id_, "operator", body);
}

Result<Rotation> Rotations::Begin(const Reference& name, RotationKind kind) {
  return RunAct<Rotation>([&](Act& act) -> Result<Rotation> {
    ASSIGN_OR_RETURN(std::string id, FindId(act, name));
    const Intent intent{.operation = Operation::kChangeConnection, .connection = id};
    ASSIGN_OR_RETURN(const StoredConnection stored,
                     ReadForChange(act, RecordKind::kConnection, id, {}));
    ASSIGN_OR_RETURN(Connection current, OpenRecorded(act, stored, intent));
    ASSIGN_OR_RETURN(Connection next, NextOf(act, id, current, kind));
    act.Record(RotationEvent(id, current, kind == RotationKind::kNew ? "begin" : "resume"));
    return Rotation{.id = std::move(id), .current = std::move(current), .next = std::move(next)};
  });
}

Status Rotations::SetAside(const Rotation& rotation, const Connection& next) {
  return desk_.ledger().Run(org_id_, "operator", [&](Act& act) -> Status {
    Connection aside = next.Clone();
    const auto base = static_cast<std::int64_t>(rotation.current.version);
    aside.version = static_cast<std::uint64_t>(-base);
    ASSIGN_OR_RETURN(const StoredConnection stored, Seal(act, rotation.id, aside));
    RETURN_IF_ERROR(ForgetSetAside(act, rotation.id));
    return InsertVersion(act.session(), stored, act.actor(), ToUnixSeconds(act.now()));
  });
}

Result<std::int64_t> Rotations::Switch(const Rotation& rotation, const Connection& next) {
  return RunAct<std::int64_t>([&](Act& act) -> Result<std::int64_t> {
    const Intent intent{.operation = Operation::kChangeConnection, .connection = rotation.id};
    const auto expected = static_cast<std::int64_t>(rotation.current.version);
    ASSIGN_OR_RETURN(const StoredConnection before,
                     ReadForChange(act, RecordKind::kConnection, rotation.id, expected));
    const auto change = [&](const Connection&) -> Result<Connection> { return next.Clone(); };
    RETURN_IF_ERROR(ReviseRecord(act, before, change, intent));
    RETURN_IF_ERROR(ForgetSetAside(act, rotation.id));
    ASSIGN_OR_RETURN(const StoredConnection after,
                     ReadForChange(act, RecordKind::kConnection, rotation.id, {}));
    Connection switched = rotation.current.Clone();
    switched.version = static_cast<std::uint64_t>(after.version);
    act.Record(RotationEvent(rotation.id, switched, "switch"));
    return after.version;
  });
}

Status Rotations::RecordFailure(const Rotation& rotation, ErrorCode why) {
  return desk_.ledger().Run(org_id_, "operator", [&](Act& act) -> Status {
    AuditEvent event = RotationEvent(rotation.id, rotation.current, "fail");
    event.outcome = AuditEvent::Outcome::kRefused;
    event.reason = ErrorCodeName(why);
    act.Record(std::move(event));
    return {};
  });
}

Status Rotations::Discard(const Reference& name) {
  return desk_.ledger().Run(org_id_, "operator", [&](Act& act) -> Status {
    ASSIGN_OR_RETURN(const std::string id, FindId(act, name));
    ASSIGN_OR_RETURN(const StoredConnection stored,
                     ReadForChange(act, RecordKind::kConnection, id, {}));
    ASSIGN_OR_RETURN(const std::optional<std::int64_t> version, VersionSetAside(act, id));
    if (!version) return Error(ErrorCode::kNotFound, "no new config is set aside");
    RETURN_IF_ERROR(ForgetSetAside(act, id));
    Connection connection;
    connection.name = stored.name;
    connection.version = static_cast<std::uint64_t>(stored.version);
    act.Record(RotationEvent(id, connection, "discard"));
    return {};
  });
}

Result<std::vector<Reference>> Rotations::Due() {
  const TimePoint now = desk_.clock().Now();
  const Principal me = OperatorOf(org_id_);
  std::vector<Reference> due;
  PageRequest page{.after = {}, .limit = PageRequest::kMaxLimit};
  do {
    ASSIGN_OR_RETURN(const Page<ConnectionView> views, Connections(desk_).List(me, page));
    for (const ConnectionView& view : views.items) {
      const Value* period = view.shown.Find("rotateEvery");
      if (period == nullptr || period->kind() != Value::Kind::kString) continue;
      const Upkeep upkeep = UpkeepOf("", period->string().Reveal(),
                                     std::chrono::floor<std::chrono::seconds>(view.rotated_at));
      if (StateAt(upkeep, now) == UpkeepState::kFine) continue;
      due.push_back({.type = view.name.type, .alias = view.name.alias});
    }
    page.after = views.next;
  } while (!page.after.empty());
  return due;
}

}  // namespace injector
