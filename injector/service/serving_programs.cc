#include "injector/service/serving_programs.h"

#include <unistd.h>

#include <utility>

#include "injector/base/clock.h"
#include "injector/service/ids.h"

namespace injector {
namespace {

// Rows are kept longer than they count: a program whose clock is wrong must not remove the others'.
constexpr std::chrono::hours kForgottenAfter{1};

std::string HostName() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

Status Write(SqlSession& session, const std::string& id, const std::string& key_id, TimePoint now) {
  RETURN_IF_ERROR(session.Execute(
      "DELETE FROM serving_programs WHERE seen_at < :1 OR seen_at > :2",
      {ToUnixSeconds(now - kForgottenAfter), ToUnixSeconds(now + kForgottenAfter)}));
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

Result<ServingCount> CountServing(Desk& desk, const std::string& key_id) {
  return desk.database().Look<ServingCount>([&](SqlSession& session) -> Result<ServingCount> {
    const TimePoint now = desk.clock().Now();
    ASSIGN_OR_RETURN(
        const std::vector<SqlRow> rows,
        session.Query("SELECT host, key_id FROM serving_programs WHERE seen_at >= :1 AND "
                      "seen_at <= :2 ORDER BY host",
                      {ToUnixSeconds(now - kGoneAfter), ToUnixSeconds(now + kGoneAfter)}));
    ServingCount count{.all = static_cast<std::int64_t>(rows.size())};
    for (const SqlRow& row : rows) {
      if (row.Text(1) != key_id) count.hosts_without_key.push_back(row.Text(0));
    }
    return count;
  });
}

}  // namespace injector
