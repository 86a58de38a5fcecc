#include "injector/sidecar/job_leases.h"

#include <utility>

#include "injector/base/hex.h"
#include "injector/crypto/random.h"

namespace injector::sidecar {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kSecretBytes = 32;

Result<Secret> NewToken(std::size_t bytes) {
  ASSIGN_OR_RETURN(const Secret random, RandomBytes(bytes));
  return Secret::TakeFrom(HexEncode(random.Reveal()));
}

}  // namespace

Result<JobLease*> JobLeases::Open(const Holder& holder, LeaseHandle shared) {
  if (leases_.size() >= limits_.job_leases) {
    return Error(ErrorCode::kUnavailable, "too many jobs at a time: ask again");
  }
  ASSIGN_OR_RETURN(const Secret id, NewToken(kIdBytes));
  ASSIGN_OR_RETURN(Secret secret, NewToken(kSecretBytes));
  ASSIGN_OR_RETURN(const Secret endpoint, NewToken(kSecretBytes));
  JobLease lease{.id = std::string(id.Reveal()),
                 .secret = std::move(secret),
                 // The id finds the lease; the rest is compared in constant time.
                 .endpoint_token = Secret::Concat({id.Reveal(), ".", endpoint.Reveal()}),
                 .owner = holder.uid,
                 .process = ProcessWatch(holder.pid),
                 .shared = std::move(shared)};
  lease.used_at = clock_.Monotonic();
  const auto [place, is_new] = leases_.emplace(lease.id, std::move(lease));
  return &place->second;
}

JobLease* JobLeases::Find(const std::string& id) {
  const auto found = leases_.find(id);
  return found == leases_.end() || IsOver(found->second) ? nullptr : &found->second;
}

JobLease* JobLeases::Use(const std::string& id, const Secret& secret, const Holder& holder) {
  JobLease* lease = Find(id);
  if (lease == nullptr || !(lease->secret == secret) || lease->owner != holder.uid) return nullptr;
  lease->used_at = clock_.Monotonic();
  // Held by more than one process: that one of them has ended says nothing.
  if (lease->process.pid() != holder.pid) lease->process = ProcessWatch(0);
  return lease;
}

JobLease* JobLeases::FindByEndpointToken(std::string_view token) {
  JobLease* lease = Find(std::string(token.substr(0, token.find('.'))));
  if (lease == nullptr) return nullptr;
  const bool fits = Secret::ConstantTimeEquals(lease->endpoint_token.Reveal(), token);
  return fits ? lease : nullptr;
}

std::chrono::sys_seconds JobLeases::ExpiresAt(const JobLease& lease) const {
  const auto left = lease.used_at + limits_.lease_life - clock_.Monotonic();
  return std::chrono::floor<std::chrono::seconds>(
      clock_.Now() + std::chrono::duration_cast<std::chrono::milliseconds>(left));
}

bool JobLeases::IsOver(const JobLease& lease) const {
  const auto unused = clock_.Monotonic() - lease.used_at;
  if (unused >= limits_.lease_life) return true;
  return unused >= limits_.dead_job_grace && lease.process.IsGone();
}

LeaseHandle JobLeases::End(const std::string& id) {
  auto node = leases_.extract(id);
  return node.empty() ? nullptr : std::move(node.mapped().shared);
}

std::vector<LeaseHandle> JobLeases::EndExpired() {
  std::vector<LeaseHandle> held;
  for (auto lease = leases_.begin(); lease != leases_.end();) {
    if (IsOver(lease->second)) {
      held.push_back(std::move(lease->second.shared));
      lease = leases_.erase(lease);
    } else {
      ++lease;
    }
  }
  return held;
}

std::vector<LeaseHandle> JobLeases::EndAll() {
  std::vector<LeaseHandle> held;
  for (auto& [id, lease] : leases_) held.push_back(std::move(lease.shared));
  leases_.clear();
  return held;
}

}  // namespace injector::sidecar
