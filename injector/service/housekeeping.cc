#include "injector/service/housekeeping.h"

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "injector/service/last_used.h"
#include "injector/service/once.h"

namespace injector {
namespace {

constexpr std::size_t kBatch = 500;

// Deletes by key, as neither database deletes a limited number by itself.
Result<std::size_t> ForgetLeases(SqlSession& session, std::int64_t before, std::size_t limit) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT id FROM leases WHERE expires_at < :1 LIMIT :2",
                                 {before, static_cast<std::int64_t>(limit)}));
  for (const SqlRow& row : rows) {
    const std::string id = row.Text(0);
    RETURN_IF_ERROR(session.Execute("DELETE FROM lease_items WHERE lease_id = :1", {id}));
    RETURN_IF_ERROR(session.Execute("DELETE FROM leases WHERE id = :1", {id}));
  }
  return rows.size();
}

Result<std::size_t> ForgetKeys(SqlSession& session, std::int64_t before, std::size_t limit) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT org_id, actor, key_hash FROM idempotency_keys "
                                 "WHERE created_at < :1 LIMIT :2",
                                 {before, static_cast<std::int64_t>(limit)}));
  for (const SqlRow& row : rows) {
    RETURN_IF_ERROR(
        session.Execute("DELETE FROM idempotency_keys WHERE org_id = :1 AND actor = :2 AND "
                        "key_hash = :3 AND created_at < :4",
                        {row.Text(0), row.Text(1), row.Text(2), before}));
  }
  return rows.size();
}

// Whether to go on.
bool Wait(const std::stop_token& stopping, std::chrono::milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any stop;
  std::unique_lock lock(mutex);
  stop.wait_for(lock, stopping, time, [] { return false; });
  return !stopping.stop_requested();
}

}  // namespace

Result<std::size_t> ForgetOldRows(Desk& desk, std::size_t limit) {
  const TimePoint now = desk.clock().Now();
  return desk.database().Write<std::size_t>([&](SqlSession& session) -> Result<std::size_t> {
    ASSIGN_OR_RETURN(const std::size_t leases,
                     ForgetLeases(session, ToUnixSeconds(now - kLeaseMemory), limit));
    ASSIGN_OR_RETURN(const std::size_t keys,
                     ForgetKeys(session, ToUnixSeconds(now - kOnceLife), limit));
    return leases + keys;
  });
}

Housekeeper::Housekeeper(Desk& desk, const Options& options, Complain complain, TellDue tell_due)
    : desk_(desk),
      options_(options),
      complain_(std::move(complain)),
      tell_due_(std::move(tell_due)),
      self_(desk) {
  LookAfterKeys();
  keys_thread_ = std::jthread([this](const std::stop_token& stopping) {
    while (Wait(stopping, options_.key_interval)) LookAfterKeys();
  });
  sweep_thread_ = std::jthread([this](const std::stop_token& stopping) {
    do {
      Sweep(stopping);
    } while (Wait(stopping, options_.sweep_interval));
  });
}

// Both at once: where the database does not answer, each takes as long as it is waited for.
Housekeeper::~Housekeeper() {
  keys_thread_.request_stop();
  sweep_thread_.request_stop();
}

void Housekeeper::LookAfterKeys() {
  const Result<bool> refreshed = desk_.keys().Refresh(desk_.database());
  if (!refreshed.ok()) {
    complain_(refreshed.error());
    if (refreshed.error().code() == ErrorCode::kUnavailable) return;
  }
  const Status said = self_.Say();
  if (!said.ok()) complain_(said.error());
}

void Housekeeper::Sweep(const std::stop_token& stopping) {
  const Status forgotten = ForgetAll(stopping);
  if (!forgotten.ok()) complain_(forgotten.error());
  if (stopping.stop_requested()) return;
  const Status noted = NoteLastUses(desk_);
  if (!noted.ok()) complain_(noted.error());
  if (stopping.stop_requested()) return;
  const Result<DueCounts> due = WatchUpkeep(desk_);
  if (!due.ok()) return complain_(due.error());
  tell_due_(*due);
}

Status Housekeeper::ForgetAll(const std::stop_token& stopping) {
  std::size_t forgotten = kBatch;
  while (forgotten >= kBatch && !stopping.stop_requested()) {
    ASSIGN_OR_RETURN(forgotten, ForgetOldRows(desk_, kBatch));
  }
  return {};
}

}  // namespace injector
