#include "injector/service/upkeep_watch.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/clock.h"
#include "injector/model/json.h"
#include "injector/model/upkeep.h"
#include "injector/service/variable_record.h"

namespace injector {
namespace {

constexpr std::int64_t kBatch = 500;

constexpr std::string_view kIsStale = "(c.upkeep_version IS NULL OR c.upkeep_version <> c.version)";
constexpr std::string_view kIsDueUnsaid =
    "(c.remind_at <= :1 AND (c.reminded_for IS NULL OR c.reminded_for <> c.remind_at))";

std::string TextIn(const Value& shown, std::string_view name) {
  const Value* value = shown.Find(name);
  const bool is_text = value != nullptr && value->kind() == Value::Kind::kString;
  return is_text ? std::string(value->string().Reveal()) : "";
}

std::optional<std::int64_t> Seconds(const std::optional<std::chrono::sys_seconds>& time) {
  if (!time) return std::nullopt;
  return time->time_since_epoch().count();
}

Upkeep UpkeepOfRow(const std::string& visible, std::int64_t rotated_at) {
  // Somebody has written into the column: nothing is known to be due.
  const Result<Value> shown = ParseJson(visible);
  if (!shown.ok() || shown->kind() != Value::Kind::kMap) return {};
  return UpkeepOf(TextIn(*shown, "expiresAt"), TextIn(*shown, "rotateEvery"),
                  std::chrono::sys_seconds(std::chrono::seconds(rotated_at)));
}

// Copies what the versions say that came since, of the next connections after the name `after`. The
// last of them; nullopt when there are no more. One walk through the org, however many have
// changed: each batch keeps everybody else of the org waiting.
Result<std::optional<std::string>> CopyTimes(Act& act, const std::string& after) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      act.session().Query(
          "SELECT c.id, c.version, v.visible, COALESCE(c.rotated_at, c.created_at), c.name "
          "FROM service_connections c JOIN connection_versions v "
          "ON v.connection_id = c.id AND v.version = c.version "
          "WHERE c.org_id = :1 AND c.name > :2 AND " +
              std::string(kIsStale) + " ORDER BY c.name LIMIT :3",
          {act.org_id(), after, kBatch}));
  for (const SqlRow& row : rows) {
    const Upkeep upkeep = UpkeepOfRow(row.Text(2), row.Integer(3));
    RETURN_IF_ERROR(act.session().Execute(
        "UPDATE service_connections SET upkeep_version = :1, expires_at = :2, rotate_by = :3, "
        "remind_at = :4 WHERE id = :5",
        {row.Integer(1), Seconds(upkeep.expires_at), Seconds(upkeep.rotate_by),
         Seconds(upkeep.remind_at), row.Text(0)}));
  }
  if (rows.size() < static_cast<std::size_t>(kBatch)) return std::optional<std::string>();
  return std::optional(rows.back().Text(4));
}

// A time that comes within the notice, or came; else there is nothing to say of it.
void AddTime(AuditEvent& event, std::string name, const std::optional<std::int64_t>& seconds,
             TimePoint now) {
  if (!seconds || *seconds < 0 || *seconds > ToUnixSeconds(now + kUpkeepNotice)) return;
  event.details.emplace_back(std::move(name), FormatRfc3339(FromUnixSeconds(*seconds)));
}

AuditEvent DueEvent(const SqlRow& row, TimePoint now) {
  AuditEvent event;
  event.action = kConnectionDue;
  event.connection = row.Text(0);
  event.name = ShownName({.type = row.Text(1), .alias = row.Text(2)});
  event.version = row.Integer(3);
  AddTime(event, "expiresAt", row.OptionalInteger(4), now);
  AddTime(event, "rotateBy", row.OptionalInteger(5), now);
  return event;
}

Status RecordDue(Act& act) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      act.session().Query("SELECT c.id, c.type, c.name, c.version, c.expires_at, c.rotate_by "
                          "FROM service_connections c WHERE " +
                              std::string(kIsDueUnsaid) + " AND c.org_id = :2 ORDER BY c.name",
                          {ToUnixSeconds(act.now()), act.org_id()}));
  for (const SqlRow& row : rows) {
    RETURN_IF_ERROR(act.session().Execute(
        "UPDATE service_connections SET reminded_for = remind_at WHERE id = :1", {row.Text(0)}));
    act.Record(DueEvent(row, act.now()));
  }
  return {};
}

// As acts of the org, though nobody asked: they wait their turn, and lock nothing against others.
Status WatchOrg(Desk& desk, const std::string& org_id) {
  std::optional<std::string> after = "";
  while (after) {
    std::optional<std::string> last;  // the body may be run again
    RETURN_IF_ERROR(desk.ledger().Run(org_id, "service", [&](Act& act) -> Status {
      ASSIGN_OR_RETURN(last, CopyTimes(act, *after));
      return last ? Status() : RecordDue(act);
    }));
    after = std::move(last);
  }
  return {};
}

Result<std::vector<std::string>> OrgsToWatch(Desk& desk, std::int64_t now) {
  return desk.database().Look<std::vector<std::string>>(
      [&](SqlSession& session) -> Result<std::vector<std::string>> {
        ASSIGN_OR_RETURN(
            const std::vector<SqlRow> rows,
            session.Query("SELECT DISTINCT c.org_id FROM service_connections c WHERE " +
                              std::string(kIsDueUnsaid) + " OR " + std::string(kIsStale),
                          {now}));
        std::vector<std::string> orgs;
        for (const SqlRow& row : rows) orgs.push_back(row.Text(0));
        return orgs;
      });
}

Result<DueCounts> CountDue(SqlSession& session, TimePoint now) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT expires_at, rotate_by, remind_at FROM service_connections "
                                 "WHERE remind_at <= :1",
                                 {ToUnixSeconds(now)}));
  const auto time = [](const SqlRow& row, std::size_t column) {
    const std::optional<std::int64_t> seconds = row.OptionalInteger(column);
    return seconds ? std::optional(std::chrono::sys_seconds(std::chrono::seconds(*seconds)))
                   : std::nullopt;
  };
  DueCounts counts;
  for (const SqlRow& row : rows) {
    const Upkeep upkeep{
        .expires_at = time(row, 0), .rotate_by = time(row, 1), .remind_at = time(row, 2)};
    const UpkeepState state = StateAt(upkeep, now);
    if (state == UpkeepState::kDueSoon) ++counts.due_soon;
    if (state == UpkeepState::kOverdue) ++counts.overdue;
    if (state == UpkeepState::kExpired) ++counts.expired;
  }
  return counts;
}

}  // namespace

Result<DueCounts> WatchUpkeep(Desk& desk) {
  const TimePoint now = desk.clock().Now();
  ASSIGN_OR_RETURN(const std::vector<std::string> orgs, OrgsToWatch(desk, ToUnixSeconds(now)));
  for (const std::string& org_id : orgs) RETURN_IF_ERROR(WatchOrg(desk, org_id));
  return desk.database().Look<DueCounts>(
      [&](SqlSession& session) { return CountDue(session, now); });
}

}  // namespace injector
