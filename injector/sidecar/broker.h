#pragma once
// What jobs ask the sidecar for, once it is known who asks: grants, what has changed, credentials.
// Mask first: no value goes to a job by any other way than its shim's grant and renewals before the
// shim has acknowledged it.
//
// Thread rule: any thread.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/connection.h"
#include "injector/sidecar/job_leases.h"
#include "injector/sidecar/lease_cache.h"

namespace injector::sidecar {

// How a shim proves that it holds a lease.
struct Proof {
  std::string id;
  Secret secret;
  Holder holder;
};

class Broker {
 public:
  enum class Unmasked { kRefused, kAllowed };

  // All must outlive it.
  Broker(LeaseCache& cache, const Clock& clock, const Limits& limits, Unmasked unmasked)
      : cache_(cache), limits_(limits), unmasked_(unmasked), jobs_(clock, limits) {}

  struct Grant {
    LeaseTicket ticket;
    Secret endpoint_token;
    std::int64_t revision = 0;
    std::shared_ptr<const Contents> contents;
    LeaseCache::Origin origin;
  };
  // Errors of LeaseCache::Acquire(); kUnavailable when there are too many jobs.
  Result<Grant> Open(const FetchRequest& wanted, const Holder& holder, const std::stop_token& stop);

  // Each of these: kNotFound when the lease is over, is another's, or the secret is not its.
  // What the job does not have for certain, with values: also what it has been given and has not
  // acknowledged, for that answer may have been lost.
  Result<JobRenewal> Renew(const Proof& proof);
  // Acknowledges that everything up to `after` is masked; then waits for up to `wait` until there
  // is something that the job does not have, and says what, without values. Whoever asks with the
  // revision of such an answer is not told the same again. kInvalidArgument for a revision that
  // there has not been; kUnavailable when too many wait.
  Result<JobChanges> Changes(const Proof& proof, std::int64_t after, Limits::Time wait,
                             const std::stop_token& stop);
  Status Close(const Proof& proof);

  // The AWS connection with that alias, for the job with this endpoint token, once its shim has
  // masked it. kUnauthenticated: no such token; kNotFound: no such connection on its lease;
  // kUnavailable: not masked in time, or nothing to give out.
  Result<Connection> AwsConnection(std::string_view endpoint_token, std::string_view alias,
                                   const std::stop_token& stop);

  // Ends the leases whose time is over, or whose holder has died.
  void EndExpired();
  void EndAll();
  std::size_t job_count() const;
  std::size_t opened() const;  // leases, since the start
  std::size_t waiting() const;

 private:
  // Of the lease, once it has acknowledged.
  Result<LeaseHandle> Acknowledge(const Proof& proof, std::int64_t after);
  Result<JobChanges> ChangesNow(const Proof& proof, std::int64_t after,
                                const LeaseCache::View& view);
  // Requires: mutex_ is held.
  Result<JobLease*> Held(const Proof& proof);
  void Return(const std::vector<LeaseHandle>& shared);

  LeaseCache& cache_;
  const Limits& limits_;
  const Unmasked unmasked_;
  mutable std::mutex mutex_;
  std::condition_variable_any acknowledged_;
  JobLeases jobs_;
  std::size_t opened_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace injector::sidecar
