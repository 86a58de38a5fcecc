#pragma once
// A lease of the service that all jobs with the same request share: what it holds, until when, and
// what is to be done about it next. Rules only: no threads, no locks, no requests; whoever calls
// (lease_cache.h) sees to those.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "injector/base/clock.h"
#include "injector/sidecar/contents.h"
#include "injector/sidecar/limits.h"
#include "injector/sidecar/upstream.h"

namespace injector::sidecar {

class SharedLease {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  using Time = Limits::Time;

  // `key`: the request as text, by which jobs with the same one find it. `limits` must outlive it.
  SharedLease(std::string key, FetchRequest wanted, const Limits& limits)
      : key_(std::move(key)), wanted_(std::move(wanted)), limits_(limits) {}

  const std::string& key() const { return key_; }
  const FetchRequest& wanted() const { return wanted_; }

  // Null: nothing that may be given out.
  const std::shared_ptr<const Contents>& contents() const { return contents_; }
  const std::shared_ptr<const LeaseTicket>& ticket() const { return ticket_; }
  std::int64_t revision() const { return revision_; }  // at the service
  // Rises whenever the contents become others, or none.
  std::uint64_t generation() const { return generation_; }

  // Whether the service has confirmed the contents within limits.freshness.
  bool IsFresh(const Clock& clock) const;
  // Whether the service's lease lasts, by our clock.
  bool Lives(const Clock& clock) const;

  // What the service has answered to a question that was asked at `asked`.
  void Take(LeaseTicket ticket, std::int64_t revision, std::shared_ptr<const Contents> contents,
            Moment asked, const Clock& clock, double random);
  void TakeRenewal(std::chrono::sys_seconds expires_at, std::int64_t revision,
                   std::shared_ptr<const Contents> contents, Moment asked, const Clock& clock,
                   double random);
  void Confirm(std::int64_t revision, Moment asked);
  // It has answered at once what it was to wait with: asked again no sooner than this.
  void HoldOff(Moment not_before) { not_before_ = not_before; }

  // There is nothing to give out any more, at once.
  void Empty();
  // It did not work: pauses, longer each time. `random` in [0, 1).
  void BackOff(Failure failure, Moment now, double random);
  // A renewal may have handed out what never came: only a new grant can tell.
  void Doubt() { is_doubtful_ = true; }
  bool is_doubtful() const { return is_doubtful_; }

  // Jobs that hold it, or wait for it.
  void AddHolder() { ++holders_; }
  void DropHolder(Moment now);
  std::size_t holders() const { return holders_; }
  // Nobody needs it any more: not kept for later.
  void StopLingering() { lingers_ = false; }

  // Uses that the service does not know of yet.
  void NoteUse(const ThingNames& names);
  bool HasUses() const { return !uses_.empty() || report_.has_value(); }
  std::size_t use_count() const;
  // The report under way, or the next one with at most kReportSize names. Requires: HasUses().
  const UseReport& Report(std::string new_key);
  // The service has it; or it will not be taken. How many uses that were.
  std::size_t EndReport();
  // Its lease is over: what it holds goes with the next one, under another key.
  void ReturnReport();
  // It was refused. True when several names were in it: each goes in a report of its own from now
  // on, until all that there are have gone.
  bool SplitReport();

  enum class Step {
    kPoll,     // ask for changes, for NextWait()
    kRenew,    // the lease
    kReplace,  // by a new grant
    kClose,    // nobody needs it
    kPause,    // for NextWait()
  };
  Step NextStep(const Clock& clock) const;
  Time NextWait(const Clock& clock) const;

  // One request that changes what the lease is, at a time. Those who wait for it learn how it went.
  bool is_in_flight = false;
  bool is_flight_patient = false;  // it tries more than once
  std::uint64_t flights = 0;       // that are over
  Status last_flight;
  bool is_kept = false;        // somebody takes the steps
  bool is_reporting = false;   // the service is being told of Report()
  std::stop_source poll = {};  // asked to stop, the long poll ends

 private:
  static constexpr std::size_t kReportSize = 2'000;

  void SetContents(std::shared_ptr<const Contents> contents);
  void SetEnd(std::chrono::sys_seconds expires_at, const Clock& clock, double random);
  void Succeed();
  bool IsIdle() const { return holders_ == 0; }
  Moment LingerEnd() const { return idle_since_ + (lingers_ ? limits_.linger : Time(0)); }

  const std::string key_;
  const FetchRequest wanted_;
  const Limits& limits_;

  std::shared_ptr<const LeaseTicket> ticket_;
  std::chrono::sys_seconds expires_at_ = {};
  std::int64_t revision_ = 0;
  std::shared_ptr<const Contents> contents_;
  std::uint64_t generation_ = 0;
  std::optional<Moment> confirmed_at_;
  Time full_life_{0};       // of a new lease
  bool is_ending_ = false;  // renewals do not prolong it any more
  bool is_doubtful_ = false;
  Moment renew_at_ = {};
  Moment not_before_ = {};
  Time pause_{0};
  // Grants that do not last do not come one upon the other.
  Moment next_grant_ = {};
  Time grant_pause_{0};

  std::size_t holders_ = 0;
  Moment idle_since_ = {};
  bool lingers_ = true;

  struct UseCounts {
    std::map<std::string, std::pair<ConnectionName, std::size_t>> connections;  // by full name
    std::map<std::string, std::size_t> variables;
    bool empty() const { return connections.empty() && variables.empty(); }
  };
  UseCounts uses_;
  std::optional<UseReport> report_;
  bool reports_singly_ = false;  // one name at a time
};

}  // namespace injector::sidecar
