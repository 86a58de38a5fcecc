// LeaseCache's requests to the service: each lets go of the lock while it waits for the answer.

#include <algorithm>
#include <utility>

#include "injector/base/hex.h"
#include "injector/crypto/random.h"
#include "injector/sidecar/lease_cache.h"

namespace injector::sidecar {
namespace {

// Lets go of `lock` for the time of `call`.
template <typename Call>
auto Unlocked(std::unique_lock<std::mutex>& lock, Call call) {
  lock.unlock();
  auto result = call();
  lock.lock();
  return result;
}

// Whether the service may have done what it has not confirmed.
bool MayHaveHappened(const Error& error) {
  switch (FailureOf(error)) {
    case Failure::kUnauthorised:
    case Failure::kRefused:
    case Failure::kGone:
      return false;
    case Failure::kUnavailable:
      return error.code() != ErrorCode::kUnavailable;
    case Failure::kBadAnswer:
    case Failure::kOurs:
      return true;
  }
  return true;
}

bool IsRefusal(const Status& status) {
  if (status.ok()) return false;
  const Failure failure = FailureOf(status.error());
  return failure == Failure::kRefused || failure == Failure::kUnauthorised;
}

Error JustEnded() { return {ErrorCode::kUnavailable, "the grant has just ended: ask again"}; }

constexpr Limits::Time kFarewell = std::chrono::seconds(2);

// Whole seconds, as the service takes them; at least one, for no wait at all would be asked again
// at once.
std::chrono::seconds WholeSeconds(Limits::Time wait) {
  return std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
}

}  // namespace

void LeaseCache::EmptyLease(SharedLease& lease) {
  if (lease.contents() != nullptr) world_.events.Emptied();
  lease.Empty();
  changed_.notify_all();
}

Status LeaseCache::Heed(SharedLease& lease, std::string_view operation, Error error) {
  const Failure failure = FailureOf(error);
  const auto now = world_.clock.Monotonic();
  world_.events.Failed(operation, error);
  if (failure == Failure::kUnauthorised) {
    // All leases are by the one identity that the service does not accept any more.
    is_unauthorised_ = true;
    for (const auto& [key, other] : leases_) EmptyLease(*other);
  }
  if (failure == Failure::kRefused || failure == Failure::kGone) EmptyLease(lease);
  // What is gone is asked for again as soon as grants may follow one another: it may have ended
  // only by its age.
  if (failure != Failure::kGone) lease.BackOff(failure, now, world_.random());
  return error;
}

// Nothing in flight may be waited for by the one that flies.
Status LeaseCache::Join(SharedLease& lease, Lock& lock, const Patience& patience) {
  const std::uint64_t before = lease.flights;
  const auto most = patience.deadline - world_.clock.Monotonic();
  if (changed_.wait_for(lock, patience.stop, most, [&] { return lease.flights != before; })) {
    return lease.last_flight;
  }
  return Error(ErrorCode::kUnavailable, patience.stop.stop_requested()
                                            ? "the sidecar is stopping"
                                            : "the service does not answer in time");
}

Status LeaseCache::Fly(SharedLease& lease, Flight flight, Patience patience, Lock& lock) {
  const bool is_job = flight == Flight::kForJob;
  lease.is_in_flight = true;
  lease.is_flight_patient = patience.tries == Patience::Tries::kMany;
  Status outcome;
  if (flight == Flight::kReplace || lease.is_doubtful() || !lease.Lives(world_.clock)) {
    outcome = Replace(lease, lock, patience);
  } else {
    outcome = is_job ? Check(lease, lock, patience) : Renew(lease, lock, patience);
    // Also the job's: what is over may be granted anew.
    if (!outcome.ok() && FailureOf(outcome.error()) == Failure::kGone) {
      patience = is_job ? ForJob(lease, patience.stop) : OneTry(limits_.try_time, patience.stop);
      lease.is_flight_patient = is_job;
      outcome = Replace(lease, lock, patience);
    }
  }
  lease.is_in_flight = false;
  ++lease.flights;
  lease.last_flight = outcome;
  changed_.notify_all();
  return outcome;
}

Status LeaseCache::Check(SharedLease& lease, Lock& lock, const Patience& patience) {
  const auto ticket = lease.ticket();
  const std::int64_t revision = lease.revision();
  const auto asked = world_.clock.Monotonic();
  Result<JobChanges> changes = Unlocked(lock, [&] {
    return world_.upstream.Changes(*ticket, revision, std::chrono::seconds(0), patience);
  });
  if (!changes.ok()) return Heed(lease, "check", std::move(changes).error());
  // Another answer has emptied it meanwhile.
  if (lease.ticket() != ticket) return JustEnded();
  is_unauthorised_ = false;
  if (!changes->empty()) return Renew(lease, lock, patience);
  lease.Confirm(changes->revision, asked);
  return {};
}

Status LeaseCache::Renew(SharedLease& lease, Lock& lock, const Patience& patience) {
  const auto ticket = lease.ticket();
  const auto asked = world_.clock.Monotonic();
  Result<JobRenewal> renewal =
      Unlocked(lock, [&] { return world_.upstream.Renew(*ticket, patience); });
  if (!renewal.ok()) {
    if (MayHaveHappened(renewal.error())) lease.Doubt();
    return Heed(lease, "renewal", std::move(renewal).error());
  }
  if (lease.ticket() != ticket) return JustEnded();
  is_unauthorised_ = false;
  const auto expires_at = renewal->expires_at;
  const std::int64_t revision = renewal->revision;
  allow_list_.Cap(*renewal);
  std::shared_ptr<const Contents> contents;
  const bool is_same =
      renewal->connections.empty() && renewal->variables.empty() && renewal->removed.empty();
  if (!is_same) {
    ASSIGN_OR_RETURN(contents,
                     Contents::Renewed(*lease.contents(), *std::move(renewal), print_key_));
    world_.events.Changed();
  }
  lease.TakeRenewal(expires_at, revision, std::move(contents), asked, world_.clock,
                    world_.random());
  changed_.notify_all();
  return {};
}

Status LeaseCache::Replace(SharedLease& lease, Lock& lock, const Patience& patience) {
  // What has ended by our clock is not given out while nobody confirms it.
  if (!lease.Lives(world_.clock)) EmptyLease(lease);
  const auto old = lease.ticket();
  const auto asked = world_.clock.Monotonic();
  Result<JobGrant> grant =
      Unlocked(lock, [&] { return world_.upstream.Create(lease.wanted(), patience); });
  if (!grant.ok()) return Heed(lease, "grant", std::move(grant).error());
  is_unauthorised_ = false;
  LeaseTicket ticket = std::move(grant->ticket);
  const std::int64_t revision = grant->revision;
  const Status allowed = allow_list_.Cap(lease.wanted(), *grant);
  if (!allowed.ok()) {
    ReleaseQuietly(ticket, lock, patience.stop);
    return Heed(lease, "grant", allowed.error());
  }
  ASSIGN_OR_RETURN(auto contents, Contents::Of(*std::move(grant), print_key_));
  lease.Take(std::move(ticket), revision, std::move(contents), asked, world_.clock,
             world_.random());
  // What could not be reported on the lease before goes with this one.
  if (!lease.is_reporting) lease.ReturnReport();
  if (!lease.is_kept) lease.is_kept = world_.keep(leases_.at(lease.key()));
  changed_.notify_all();
  if (old != nullptr) ReleaseQuietly(*old, lock, patience.stop);
  return {};
}

void LeaseCache::ReleaseQuietly(const LeaseTicket& ticket, Lock& lock,
                                const std::stop_token& stop) {
  // Nobody waits for the answer: a lease that is not given back ends by itself.
  const Patience patience = OneTry(kFarewell, stop);
  const Status released = Unlocked(lock, [&] { return world_.upstream.Release(ticket, patience); });
  if (!released.ok()) world_.events.Failed("release", released.error());
}

std::optional<Limits::Time> LeaseCache::Tend(const LeaseHandle& handle,
                                             const std::stop_token& stop) {
  using Step = SharedLease::Step;
  SharedLease& lease = *handle;
  Lock lock(mutex_);
  if (lease.is_in_flight) {
    const Status joined = Join(lease, lock, OneTry(limits_.fetch_time, stop));
    static_cast<void>(joined);  // whoever flies has heeded it
    return Limits::Time(0);
  }
  const Step step = lease.NextStep(world_.clock);
  switch (step) {
    case Step::kClose:
      GiveBack(lease, lock, stop);
      return std::nullopt;
    case Step::kPause:
      return lease.NextWait(world_.clock);
    case Step::kPoll:
      return Poll(lease, lock, stop);
    case Step::kRenew:
    case Step::kReplace: {
      const Flight flight = step == Step::kRenew ? Flight::kRenew : Flight::kReplace;
      const Status flown = Fly(lease, flight, OneTry(limits_.try_time, stop), lock);
      // Nobody is left, and nobody takes the uses: they would be kept for ever.
      if (IsRefusal(flown) && lease.holders() == 0) LoseUses(lease);
      return Limits::Time(0);
    }
  }
  return std::nullopt;
}

void LeaseCache::GiveBack(SharedLease& lease, Lock& lock, const std::stop_token& stop) {
  ++giving_back_;
  Forget(lease);
  const auto ticket = lease.ticket();
  lease.Empty();
  if (ticket != nullptr) ReleaseQuietly(*ticket, lock, stop);
  --giving_back_;
  changed_.notify_all();
}

std::optional<Limits::Time> LeaseCache::Poll(SharedLease& lease, Lock& lock,
                                             const std::stop_token& stop) {
  const auto ticket = lease.ticket();
  const std::int64_t revision = lease.revision();
  const auto wait = WholeSeconds(lease.NextWait(world_.clock));
  const auto asked = world_.clock.Monotonic();
  lease.poll = std::stop_source();
  std::stop_source poll = lease.poll;
  const std::stop_callback also(stop, [&poll] { poll.request_stop(); });
  const Patience patience = OneTry(wait + limits_.try_time, poll.get_token());
  Result<JobChanges> changes =
      Unlocked(lock, [&] { return world_.upstream.Changes(*ticket, revision, wait, patience); });
  if (poll.stop_requested() || lease.ticket() != ticket) return Limits::Time(0);
  if (!changes.ok()) {
    const Status heeded = Heed(lease, "poll", std::move(changes).error());
    static_cast<void>(heeded);  // the next step is another by it
    return Limits::Time(0);
  }
  is_unauthorised_ = false;
  if (lease.is_in_flight || lease.revision() != revision) return Limits::Time(0);
  if (changes->empty()) {
    lease.Confirm(changes->revision, asked);
    // Something between us and the service may answer in its stead.
    lease.HoldOff(asked + limits_.shortest_renewal);
    return Limits::Time(0);
  }
  const Status renewed = Fly(lease, Flight::kRenew, OneTry(limits_.try_time, stop), lock);
  // Heeded. When all is well, the next question keeps its distance as well.
  if (renewed.ok()) lease.HoldOff(asked + limits_.shortest_renewal);
  return Limits::Time(0);
}

void LeaseCache::AwaitStep(const LeaseHandle& lease, Limits::Time most,
                           const std::stop_token& stop) const {
  Lock lock(mutex_);
  changed_.wait_for(lock, stop, most,
                    [&] { return lease->NextStep(world_.clock) != SharedLease::Step::kPause; });
}

void LeaseCache::AwaitUses(Limits::Time delay, const std::stop_token& stop) const {
  Lock lock(mutex_);
  changed_.wait(lock, stop, [this] {
    return std::any_of(leases_.begin(), leases_.end(),
                       [](const auto& entry) { return entry.second->HasUses(); });
  });
  changed_.wait_for(lock, stop, delay, [this] { return is_closed_; });
}

bool LeaseCache::ReportUses(const std::stop_token& stop) {
  Lock lock(mutex_);
  std::vector<LeaseHandle> leases;
  for (const auto& [key, lease] : leases_) leases.push_back(lease);
  bool all_well = true;
  for (const LeaseHandle& lease : leases) {
    while (lease->HasUses() && !stop.stop_requested()) {
      if (ReportUsesOf(*lease, lock, stop)) continue;
      all_well = false;
      break;
    }
  }
  return all_well;
}

void LeaseCache::LoseUses(SharedLease& lease) {
  std::size_t lost = 0;
  while (lease.HasUses()) {
    lease.Report("");
    lost += lease.EndReport();
  }
  if (lost > 0) world_.events.UsesLost(lost);
}

// Whether the next report may follow at once.
bool LeaseCache::ReportUsesOf(SharedLease& lease, Lock& lock, const std::stop_token& stop) {
  constexpr std::size_t kKeyBytes = 16;
  const auto ticket = lease.ticket();
  if (ticket == nullptr) return false;  // kept for the lease that comes after it
  Result<Secret> key = RandomBytes(kKeyBytes);
  if (!key.ok()) return false;
  const UseReport report = lease.Report(HexEncode(key->Reveal()));
  const Patience patience = OneTry(limits_.try_time, stop);
  lease.is_reporting = true;
  const Status reported =
      Unlocked(lock, [&] { return world_.upstream.ReportUses(*ticket, report, patience); });
  lease.is_reporting = false;
  if (reported.ok()) {
    world_.events.UsesReported(lease.EndReport());
    changed_.notify_all();
    return true;
  }
  if (lease.ticket() != ticket) {
    lease.ReturnReport();  // for the lease that came after it
    return false;
  }
  const Failure failure = FailureOf(reported.error());
  if (failure == Failure::kRefused) {
    world_.events.Failed("report", reported.error());
    // Something is on that lease no more: what else was handed out goes without it. What cannot be
    // recorded is not kept for ever.
    if (!lease.SplitReport()) world_.events.UsesLost(lease.EndReport());
    return true;
  }
  const Status heeded = Heed(lease, "report", reported.error());
  static_cast<void>(heeded);  // the uses stay
  return false;
}

}  // namespace injector::sidecar
