#pragma once
// The leases of jobs: who holds one, how its holder proves that, what it has been given, and when
// it ends. Rules only: no threads, no locks; whoever calls (broker.h) sees to that.

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/sidecar/contents.h"
#include "injector/sidecar/lease_cache.h"
#include "injector/sidecar/limits.h"
#include "injector/sidecar/process_watch.h"

namespace injector::sidecar {

// Who is at the other end, as the kernel says.
struct Holder {
  std::optional<uid_t> uid;  // none over TCP
  pid_t pid = 0;             // 0: unknown
};

struct JobLease {
  std::string id;
  Secret secret;          // proves, with the id, who holds it
  Secret endpoint_token;  // opens the credential endpoints of this lease, and nothing else
  std::optional<uid_t> owner;
  ProcessWatch process;  // that holds it; of 0 once another one has used it too
  LeaseHandle shared;
  HandedOut handed = {};
  // What the holder was told last, and with which revision: it is not told again and again.
  std::optional<std::uint64_t> told_generation = {};
  std::int64_t told_revision = 0;
  std::chrono::steady_clock::time_point used_at = {};
};

class JobLeases {
 public:
  // Both must outlive it.
  JobLeases(const Clock& clock, const Limits& limits) : clock_(clock), limits_(limits) {}

  // kUnavailable when there are too many. Owned here; valid until it ends.
  Result<JobLease*> Open(const Holder& holder, LeaseHandle shared);

  // The lease, if `secret` is its, and the user is its owner; it counts as used. nullptr otherwise,
  // whatever the reason.
  JobLease* Use(const std::string& id, const Secret& secret, const Holder& holder);
  // The lease whose endpoint token this is; it does not count as used, for it is the job that asks,
  // not its shim. nullptr: none.
  JobLease* FindByEndpointToken(std::string_view token);
  // The lease of that id, for who has proved before that it holds it; nullptr when it has ended.
  JobLease* Find(const std::string& id);

  // When it ends if it is not used before.
  std::chrono::sys_seconds ExpiresAt(const JobLease& lease) const;

  LeaseHandle End(const std::string& id);
  // Ends what has not been used for too long, or whose holder has died. What those leases held.
  std::vector<LeaseHandle> EndExpired();
  std::vector<LeaseHandle> EndAll();

  std::size_t size() const { return leases_.size(); }

 private:
  bool IsOver(const JobLease& lease) const;

  const Clock& clock_;
  const Limits& limits_;
  std::map<std::string, JobLease, std::less<>> leases_;
};

}  // namespace injector::sidecar
