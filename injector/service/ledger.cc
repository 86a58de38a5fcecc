#include "injector/service/ledger.h"

#include <algorithm>
#include <future>
#include <optional>
#include <span>
#include <utility>

namespace injector {

struct Ledger::Pending {
  std::string org_id;
  std::string actor;
  Body body;
  Status outcome = {};
  std::vector<AuditEvent> refusals = {};
  std::promise<void> finished = {};
};

Ledger::Ledger(Database& database, Keys& keys, const Clock& clock)
    : database_(database), keys_(keys), clock_(clock) {
  for (std::size_t i = 0; i < database.writers(); ++i) workers_.emplace_back([this] { Work(); });
}

Ledger::~Ledger() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

Status Ledger::Run(const std::string& org_id, const std::string& actor, Body body) {
  Pending pending{.org_id = org_id, .actor = actor, .body = std::move(body)};
  std::future<void> finished = pending.finished.get_future();
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(&pending);
  }
  changed_.notify_one();
  finished.wait();
  return std::move(pending.outcome);
}

void Ledger::Work() {
  for (Group group = TakeGroup(); !group.empty(); group = TakeGroup()) {
    RunGroup(group);
    for (Pending* pending : group) pending->finished.set_value();
  }
}

// Empty when it is time to stop.
Ledger::Group Ledger::TakeGroup() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
  Group group;
  std::deque<Pending*> others;
  for (Pending* pending : waiting_) {
    const bool joins =
        group.size() < kMaxGroup && (group.empty() || group.front()->org_id == pending->org_id);
    if (joins) {
      group.push_back(pending);
    } else {
      others.push_back(pending);
    }
  }
  waiting_ = std::move(others);
  return group;
}

void Ledger::RunGroup(const Group& group) {
  Attempt attempt = Try(group);
  if (attempt.committed.ok()) return;
  if (attempt.act_failed) {
    for (Pending* pending : group) RunAlone(*pending);
    return;
  }
  for (Pending* pending : group) pending->outcome = attempt.committed;
}

void Ledger::RunAlone(Pending& pending) {
  Attempt attempt = Try({&pending});
  if (attempt.committed.ok()) return;
  if (!attempt.act_failed) {
    pending.outcome = std::move(attempt.committed);
    return;
  }
  // Its writes are undone, and with them went the record of the refusal.
  if (pending.refusals.empty()) return;
  Pending refusal{
      .org_id = pending.org_id, .actor = pending.actor, .body = [&](Act& act) -> Status {
        for (const AuditEvent& event : pending.refusals) act.Record(event);
        return {};
      }};
  attempt = Try({&refusal});
  if (!attempt.committed.ok()) pending.outcome = std::move(attempt.committed);
}

Ledger::Attempt Ledger::Try(const Group& group) {
  Attempt attempt;
  const std::string& org_id = group.front()->org_id;
  attempt.committed = database_.Write([&](SqlSession& session) -> Status {
    ASSIGN_OR_RETURN(const ChainHead head, LockHead(session, org_id));
    std::vector<AuditRecord> records;
    for (Pending* pending : group) {
      const int writes_before = session.writes();
      ASSIGN_OR_RETURN(std::vector<AuditRecord> added, RunAct(session, *pending));
      if (!pending->outcome.ok() && (session.writes() != writes_before || session.failed())) {
        attempt.act_failed = pending->outcome.error().code() != ErrorCode::kUnavailable;
        return pending->outcome;
      }
      std::move(added.begin(), added.end(), std::back_inserter(records));
    }
    ASSIGN_OR_RETURN(const auto keys, keys_.Of(session, org_id));
    return AppendToChain(session, keys->audit, org_id, head, std::move(records));
  });
  return attempt;
}

Result<std::vector<AuditRecord>> Ledger::RunAct(SqlSession& session, Pending& pending) const {
  ASSIGN_OR_RETURN(const auto keys, keys_.Of(session, pending.org_id));
  const TimePoint now = clock_.Now();
  Act act(session, pending.org_id, pending.actor, *keys, keys_, now);
  pending.outcome = pending.body(act);
  pending.refusals = act.TakeRefused();
  std::vector<AuditRecord> records;
  for (AuditEvent& event : pending.outcome.ok() ? act.TakeDone() : std::vector(pending.refusals)) {
    records.push_back({.org_id = pending.org_id,
                       .sequence = 0,
                       .time = now,
                       .actor = pending.actor,
                       .event = std::move(event)});
  }
  return records;
}

}  // namespace injector
