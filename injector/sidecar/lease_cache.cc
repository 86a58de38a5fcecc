#include "injector/sidecar/lease_cache.h"

#include <algorithm>
#include <utility>

#include "injector/crypto/hmac.h"
#include "injector/crypto/random.h"
#include "injector/model/json.h"

namespace injector::sidecar {
namespace {

// The request as text. Names alone, so it is no secret.
std::string KeyOf(const FetchRequest& wanted) {
  return std::string(WriteJson(GrantRequestToJson(wanted)).Reveal());
}

Error JustEnded() { return {ErrorCode::kUnavailable, "the grant has just ended: ask again"}; }

bool IsUnavailable(const Status& status) {
  return !status.ok() && FailureOf(status.error()) == Failure::kUnavailable;
}

}  // namespace

LeaseCache::LeaseCache(World world, const Limits& limits, AllowList allow_list, Secret print_key)
    : world_(std::move(world)),
      limits_(limits),
      allow_list_(std::move(allow_list)),
      print_key_(std::move(print_key)) {}

Result<std::unique_ptr<LeaseCache>> LeaseCache::Make(const World& world, const Limits& limits,
                                                     AllowList allow_list) {
  ASSIGN_OR_RETURN(Secret key, RandomBytes(kHmacSize));
  return std::unique_ptr<LeaseCache>(
      new LeaseCache(world, limits, std::move(allow_list), std::move(key)));
}

Result<LeaseHandle> LeaseCache::FindOrMake(const FetchRequest& wanted) {
  std::string key = KeyOf(wanted);
  const auto found = leases_.find(key);
  if (found != leases_.end()) return found->second;
  if (leases_.size() >= limits_.shared_leases) {
    return Error(ErrorCode::kUnavailable, "too many different grants at a time: ask again");
  }
  auto lease = std::make_shared<SharedLease>(key, wanted, limits_);
  leases_.emplace(std::move(key), lease);
  return lease;
}

Result<LeaseCache::Lent> LeaseCache::Acquire(const FetchRequest& wanted,
                                             const std::stop_token& stop) {
  if (!allow_list_.MayAsk(wanted)) return NotAllowed();
  Lock lock(mutex_);
  ASSIGN_OR_RETURN(const LeaseHandle lease, FindOrMake(wanted));
  lease->AddHolder();
  if (lease->IsFresh(world_.clock)) {
    return Lent{.lease = lease, .contents = lease->contents(), .origin = Origin::kCache};
  }
  Status confirmed = Validate(*lease, lock, stop);
  const auto& contents = lease->contents();
  if (confirmed.ok() && contents == nullptr) confirmed = JustEnded();
  if (confirmed.ok()) {
    return Lent{.lease = lease, .contents = contents, .origin = Origin::kService};
  }
  if (IsUnavailable(confirmed) && lease->Lives(world_.clock)) {
    return Lent{.lease = lease, .contents = contents, .origin = Origin::kCacheServiceDown};
  }
  lease->DropHolder(world_.clock.Monotonic());
  if (!lease->is_kept && lease->holders() == 0) Forget(*lease);
  return std::move(confirmed).error();
}

Status LeaseCache::Validate(SharedLease& lease, Lock& lock, const std::stop_token& stop) {
  const Patience patience = ForJob(lease, stop);
  if (lease.is_in_flight) {
    const bool was_patient = lease.is_flight_patient;
    Status joined = Join(lease, lock, patience);
    const bool will_do = !IsUnavailable(joined) || was_patient || lease.Lives(world_.clock);
    if (will_do) return joined;
    // The upkeep tries once; a job that has nothing to begin with is worth more.
    if (lease.is_in_flight) return Join(lease, lock, patience);
  }
  return Fly(lease, Flight::kForJob, patience, lock);
}

Patience LeaseCache::ForJob(const SharedLease& lease, const std::stop_token& stop) const {
  Patience patience = OneTry(limits_.check_time, stop);
  if (lease.Lives(world_.clock)) return patience;
  patience.tries = Patience::Tries::kMany;
  patience.deadline += limits_.fetch_time - limits_.check_time;
  return patience;
}

void LeaseCache::Return(const LeaseHandle& lease) {
  const Lock lock(mutex_);
  lease->DropHolder(world_.clock.Monotonic());
  if (!lease->is_kept && lease->holders() == 0) Forget(*lease);
  changed_.notify_all();  // who keeps it may have to give it back
}

void LeaseCache::Forget(SharedLease& lease) {
  const auto found = leases_.find(lease.key());
  if (found != leases_.end() && found->second.get() == &lease) leases_.erase(found);
  changed_.notify_all();
}

LeaseCache::View LeaseCache::Look(const LeaseHandle& lease) const {
  const Lock lock(mutex_);
  return {.contents = lease->contents(), .generation = lease->generation()};
}

LeaseCache::View LeaseCache::AwaitChange(const LeaseHandle& lease, std::uint64_t generation,
                                         Limits::Time most, const std::stop_token& stop) const {
  Lock lock(mutex_);
  changed_.wait_for(lock, stop, most, [&] { return lease->generation() != generation; });
  return {.contents = lease->contents(), .generation = lease->generation()};
}

void LeaseCache::NoteUse(const LeaseHandle& lease, const ThingNames& names) {
  const Lock lock(mutex_);
  const bool had_uses = lease->HasUses();
  lease->NoteUse(names);
  if (!had_uses) changed_.notify_all();
}

void LeaseCache::Close() {
  const Lock lock(mutex_);
  is_closed_ = true;
  for (const auto& [key, lease] : leases_) {
    lease->StopLingering();
    if (lease->holders() == 0) lease->poll.request_stop();
  }
  changed_.notify_all();
}

bool LeaseCache::AwaitEmpty(Limits::Time most) const {
  Lock lock(mutex_);
  return changed_.wait_for(lock, std::stop_token(), most,
                           [this] { return leases_.empty() && giving_back_ == 0; });
}

LeaseCache::Counts LeaseCache::Count() const {
  const Lock lock(mutex_);
  Counts counts{.leases = leases_.size(), .uses = 0, .is_unauthorised = is_unauthorised_};
  for (const auto& [key, lease] : leases_) counts.uses += lease->use_count();
  return counts;
}

}  // namespace injector::sidecar
