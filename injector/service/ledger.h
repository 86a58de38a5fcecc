#pragma once
// Everything that is written goes through the ledger: an act and its audit events are committed
// together or not at all. No audit, no act.
//
// Group commit: acts of one org that arrive while a commit is under way make up the next one, at
// most 64 at a time; none waits for others to come. One transaction at a time writes for an org,
// in whatever replica, so that acts of an org happen one after another.
//
// Thread rule: any thread.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/service/audit_chain.h"
#include "injector/service/keys.h"
#include "injector/service/store/database.h"

namespace injector {

// What an act sees of the transaction it runs in.
class Act {
 public:
  Act(SqlSession& session, const std::string& org_id, const std::string& actor, const OrgKeys& keys,
      Keys& masters, TimePoint now)
      : session_(session),
        org_id_(org_id),
        actor_(actor),
        keys_(keys),
        masters_(masters),
        now_(now) {}

  SqlSession& session() { return session_; }
  const std::string& org_id() const { return org_id_; }
  const std::string& actor() const { return actor_; }
  const OrgKeys& keys() const { return keys_; }
  Keys& masters() { return masters_; }
  TimePoint now() const { return now_; }

  // Goes into the log if the act succeeds.
  void Record(AuditEvent event) { done_.push_back(std::move(event)); }
  // Goes into the log if the act fails, whatever it has written is undone then.
  void RecordRefusal(AuditEvent event) {
    event.outcome = AuditEvent::Outcome::kRefused;
    refused_.push_back(std::move(event));
  }

  std::vector<AuditEvent> TakeDone() { return std::move(done_); }
  std::vector<AuditEvent> TakeRefused() { return std::move(refused_); }

 private:
  SqlSession& session_;
  const std::string& org_id_;
  const std::string& actor_;
  const OrgKeys& keys_;
  Keys& masters_;
  const TimePoint now_;
  std::vector<AuditEvent> done_;
  std::vector<AuditEvent> refused_;
};

class Ledger {
 public:
  // May be run again when the transaction has to be: nothing but `act` may carry its effects, and
  // what it captured must be assigned anew.
  using Body = std::function<Status(Act&)>;

  static constexpr std::size_t kMaxGroup = 64;

  // All three must outlive the ledger.
  Ledger(Database& database, Keys& keys, const Clock& clock);
  // Finishes what has been handed in.
  ~Ledger();

  // Runs `body` for the org; returns when its outcome is durable. An error of `body` undoes what it
  // wrote, though its refusals are recorded; when they cannot be, that is the error.
  Status Run(const std::string& org_id, const std::string& actor, Body body);

 private:
  struct Pending;
  using Group = std::vector<Pending*>;
  struct Attempt {
    Status committed;
    bool act_failed = false;  // after writing: the others have to be run without it
  };

  void Work();
  Group TakeGroup();
  void RunGroup(const Group& group);
  void RunAlone(Pending& pending);
  Attempt Try(const Group& group);
  Result<std::vector<AuditRecord>> RunAct(SqlSession& session, Pending& pending) const;

  Database& database_;
  Keys& keys_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Pending*> waiting_;
  bool stopping_ = false;
  std::vector<std::jthread> workers_;
};

}  // namespace injector
