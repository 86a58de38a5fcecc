#pragma once
// What the service has granted to the jobs beside us: asked for once, however many jobs want it,
// kept while they run, and given out only while the service would say the same.
//
// Thread rule: any thread. Requests to the service are made without holding the lock.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/sidecar/allow_list.h"
#include "injector/sidecar/limits.h"
#include "injector/sidecar/shared_lease.h"
#include "injector/sidecar/upstream.h"

namespace injector::sidecar {

using LeaseHandle = std::shared_ptr<SharedLease>;

// What happens in the cache, for logs and metrics. Called from any thread, with the lock held:
// returns soon, and calls nothing of the cache.
class CacheEvents {
 public:
  virtual ~CacheEvents() = default;
  // `operation`: "grant", "renewal", "check", "poll", "report", "release".
  virtual void Failed(std::string_view operation, const Error& error) = 0;
  // The service has refused what it granted before: nothing is given out any more.
  virtual void Emptied() = 0;
  virtual void Changed() = 0;
  virtual void UsesReported(std::size_t uses) = 0;
  virtual void UsesLost(std::size_t uses) = 0;
};

class LeaseCache {
 public:
  struct World {
    Upstream& upstream;
    const Clock& clock;
    CacheEvents& events;
    std::function<double()> random;  // uniform in [0, 1); any thread
    // Somebody has to take the steps of this lease from now on (Tend()), until they end. Called
    // with the lock held; false: there can be nobody.
    std::function<bool(const LeaseHandle&)> keep;
  };
  // `limits`, and what `world` refers to, must outlive it. kInternal when there is no randomness.
  static Result<std::unique_ptr<LeaseCache>> Make(const World& world, const Limits& limits,
                                                  AllowList allow_list);

  // How what is lent was found.
  enum class Origin { kService, kCache, kCacheServiceDown };
  struct Lent {
    LeaseHandle lease;
    std::shared_ptr<const Contents> contents;
    Origin origin;
  };
  // For a new job; to be given back by Return(). kPermissionDenied: the service, or the allow list,
  // refuses. Errors of the service as FailureOf() reads them. Blocking.
  Result<Lent> Acquire(const FetchRequest& wanted, const std::stop_token& stop);
  void Return(const LeaseHandle& lease);

  // Contents and their generation; null when there is nothing to give out.
  struct View {
    std::shared_ptr<const Contents> contents;
    std::uint64_t generation;
  };
  View Look(const LeaseHandle& lease) const;
  // Waits for so long, or until the generation is another than `generation`, or `stop`.
  View AwaitChange(const LeaseHandle& lease, std::uint64_t generation, Limits::Time most,
                   const std::stop_token& stop) const;

  // A job has been given these.
  void NoteUse(const LeaseHandle& lease, const ThingNames& names);

  // Takes the lease's next step: asks for changes (that takes long), renews, replaces, or gives
  // back. How long to pause before the one after it; nullopt: that was the last.
  std::optional<Limits::Time> Tend(const LeaseHandle& lease, const std::stop_token& stop);
  // Waits for so long, or until there is a step to take, or `stop`.
  void AwaitStep(const LeaseHandle& lease, Limits::Time most, const std::stop_token& stop) const;
  // Blocks until there are uses to report, or `stop`; then for `delay`, unless Close() was called.
  void AwaitUses(Limits::Time delay, const std::stop_token& stop) const;
  // Reports those that there are, lease by lease. Whether all went well.
  bool ReportUses(const std::stop_token& stop);

  // Nothing is kept for later from now on.
  void Close();
  // Waits until every lease is given back, or for so long.
  bool AwaitEmpty(Limits::Time most) const;

  struct Counts {
    std::size_t leases = 0;
    std::size_t uses = 0;          // not reported yet
    bool is_unauthorised = false;  // the service's last word was that it does not know us
  };
  Counts Count() const;

 private:
  using Lock = std::unique_lock<std::mutex>;
  LeaseCache(World world, const Limits& limits, AllowList allow_list, Secret print_key);

  // What a flight is for: a job that waits for it, or the upkeep, which can try again later.
  enum class Flight { kForJob, kRenew, kReplace };

  // All of these require mutex_. Those that take `lock`, which holds it, let go of it while the
  // service is asked.
  Result<LeaseHandle> FindOrMake(const FetchRequest& wanted);
  Status Fly(SharedLease& lease, Flight flight, Patience patience, Lock& lock);
  // Waits for the flight of another.
  Status Join(SharedLease& lease, Lock& lock, const Patience& patience);
  // That the contents are what the service would say now.
  Status Validate(SharedLease& lease, Lock& lock, const std::stop_token& stop);
  Status Check(SharedLease& lease, Lock& lock, const Patience& patience);
  Status Renew(SharedLease& lease, Lock& lock, const Patience& patience);
  Status Replace(SharedLease& lease, Lock& lock, const Patience& patience);
  std::optional<Limits::Time> Poll(SharedLease& lease, Lock& lock, const std::stop_token& stop);
  void GiveBack(SharedLease& lease, Lock& lock, const std::stop_token& stop);
  void ReleaseQuietly(const LeaseTicket& ticket, Lock& lock, const std::stop_token& stop);
  bool ReportUsesOf(SharedLease& lease, Lock& lock, const std::stop_token& stop);
  // What an error means for what is cached.
  Status Heed(SharedLease& lease, std::string_view operation, Error error);
  void Forget(SharedLease& lease);
  void EmptyLease(SharedLease& lease);
  void LoseUses(SharedLease& lease);
  Patience OneTry(Limits::Time most, const std::stop_token& stop) const {
    return {
        .tries = Patience::Tries::kOne, .deadline = world_.clock.Monotonic() + most, .stop = stop};
  }
  // Of a job: little where there is something to begin with, whatever the service says.
  Patience ForJob(const SharedLease& lease, const std::stop_token& stop) const;

  const World world_;
  const Limits& limits_;
  const AllowList allow_list_;
  const Secret print_key_;

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::map<std::string, LeaseHandle> leases_;
  std::size_t giving_back_ = 0;  // leases that are out of leases_, and not back at the service yet
  bool is_unauthorised_ = false;
  bool is_closed_ = false;
};

}  // namespace injector::sidecar
