#include "injector/service/serving_programs.h"

#include <utility>

#include "injector/base/clock.h"
#include "injector/base/host_name.h"
#include "injector/service/ids.h"

namespace injector {
namespace {

// Much longer than they count: a program whose clock is wrong must not remove the others'.
constexpr std::chrono::hours kForgottenAfter{24 * 30};

Status Write(SqlSession& session, const std::string& id, const std::string& key_id, TimePoint now) {
  RETURN_IF_ERROR(session.Execute("DELETE FROM serving_programs WHERE seen_at < :1",
                                  {ToUnixSeconds(now - kForgottenAfter)}));
  RETURN_IF_ERROR(session.Execute(
      "INSERT INTO serving_programs (id, host, key_id, seen_at) VALUES (:1, :2, :3, :4) "
      "ON CONFLICT (id) DO UPDATE SET key_id = excluded.key_id, seen_at = excluded.seen_at",
      {id, HostName(), key_id, ToUnixSeconds(now)}));
  return {};
}

}  // namespace

Status ServingProgram::Say() {
  const auto now = desk_.clock().Monotonic();
  const std::string key_id = desk_.keys().ring()->active().id();
  if (said_at_ && key_id == key_id_ && now - *said_at_ < kSayInterval) return {};
  if (id_.empty()) {
    ASSIGN_OR_RETURN(id_, NewUuid());
  }
  RETURN_IF_ERROR(desk_.database().Write(
      [&](SqlSession& session) { return Write(session, id_, key_id, desk_.clock().Now()); }));
  said_at_ = now;
  key_id_ = key_id;
  return {};
}

Result<std::map<std::string, ServingWatch::Seen>> ServingWatch::Rows() const {
  using Rows = std::map<std::string, Seen>;
  return desk_.database().Look<Rows>([this](SqlSession& session) -> Result<Rows> {
    const TimePoint now = desk_.clock().Now();
    ASSIGN_OR_RETURN(
        const std::vector<SqlRow> found,
        session.Query("SELECT id, host, key_id, seen_at FROM serving_programs "
                      "WHERE seen_at >= :1 AND seen_at <= :2",
                      {ToUnixSeconds(now - kRowCounts), ToUnixSeconds(now + kRowCounts)}));
    Rows rows;
    for (const SqlRow& row : found) {
      rows[row.Text(0)] = {.host = row.Text(1),
                           .key_id = row.Text(2),
                           .seen_at = row.Integer(3),
                           .moved_at = desk_.clock().Monotonic()};
    }
    return rows;
  });
}

Result<ServingCount> ServingWatch::Look() {
  Result<std::map<std::string, Seen>> rows = Rows();
  if (!rows.ok()) {
    was_away_ = true;
    return std::move(rows).error();
  }
  const auto now = desk_.clock().Monotonic();
  for (auto& [id, seen] : seen_) {
    const auto row = rows->find(id);
    const bool stands = row == rows->end() || row->second.seen_at == seen.seen_at;
    if (stands && !was_away_) continue;
    seen.moved_at = now;
  }
  was_away_ = false;
  for (auto& [id, row] : *rows) {
    Seen& seen = seen_.try_emplace(id, row).first->second;
    seen.key_id = row.key_id;
    seen.seen_at = row.seen_at;
  }
  ServingCount count;
  for (const auto& [id, seen] : seen_) {
    if (now - seen.moved_at >= kGoneAfter) continue;
    ++count.all;
    if (seen.key_id != key_id_) count.hosts_without_key.push_back(seen.host);
  }
  return count;
}

}  // namespace injector
