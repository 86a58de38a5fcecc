#pragma once
// A lease that a service or a sidecar has granted to this job.
//
// One thread, from Keep() on: it asks for changes, each time waiting at the other side for a while,
// and renews when something has changed and when half of the lease is over. Asking for changes
// after a revision also says that everything up to it is masked: a sidecar hands nothing out by
// its other ways before.

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include "injector/model/value.h"
#include "injector/sources/lease.h"
#include "injector/sources/service/grant.h"
#include "injector/sources/service/lender.h"
#include "injector/sources/service/service_client.h"

namespace injector {

class ServiceLease final : public Lease {
 public:
  // `revision` is that of the grant; `request` what it was asked for with, to be asked for again
  // where a lost lease is replaced.
  ServiceLease(Lender lender, LeaseTicket ticket, std::int64_t revision, Value request);
  // Blocks for at most `times.farewell`; not at all where the lender was away when last asked.
  ~ServiceLease() override;

  // Renews at half of what is left, give or take a tenth of it, so that many jobs that began
  // together do not come together. While the lender is unavailable it tries until the lease is
  // over; where a lost lease is replaced, for ever. kUnavailable when there can be no thread.
  Status Keep(LeaseHolder holder) override;

 private:
  using Clock = std::chrono::steady_clock;

  void Hold(const std::stop_token& stop);
  Status Renew(const std::stop_token& stop);
  Status AwaitChanges(const std::stop_token& stop);
  Status Replace(const std::stop_token& stop);
  enum class Step { kRenew, kAwaitChanges };
  // What follows from the success of `step`.
  void NoteSuccess(Step step);
  // What to do about the failure of `step`.
  void Settle(Step step, const Error& error, const std::stop_token& stop);
  void SettleUnavailable(const Error& error, const std::stop_token& stop);
  void End(Error error);
  void PauseBeforeRetry(const std::stop_token& stop);

  // Has the holder take them; `revision` is what they lead to.
  void Pass(LeaseChanges changes, std::int64_t revision);
  void ScheduleRenewal();
  std::chrono::milliseconds Remaining() const;
  std::chrono::seconds NextWait() const;
  ServiceRequest MakeRequest(std::string_view method, std::string_view action) const;
  Result<ServiceAnswer> Send(ServiceRequest request, std::chrono::milliseconds patience,
                             const std::stop_token& stop);

  const Lender lender_;
  const Value request_;

  // All of these belong to the thread while there is one.
  ServiceClient client_;
  LeaseTicket ticket_;
  std::int64_t revision_;  // up to which everything is where it may be
  LeaseHolder holder_;
  Clock::time_point held_since_;
  Clock::time_point renewal_due_;
  std::chrono::milliseconds retry_;
  bool is_over_ = false;
  bool is_away_ = false;                  // the lender, when it was last asked
  bool has_refused_ = false;              // the holder, what has come last
  bool is_deaf_ = false;                  // cannot ask for changes before a renewal in its time
  std::optional<Error> deaf_because_of_;  // until a renewal has told whether the lease is over
  bool has_said_deaf_ = false;
  bool has_said_away_ = false;

  std::jthread thread_;
};

}  // namespace injector
