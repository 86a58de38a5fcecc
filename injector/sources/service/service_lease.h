#pragma once
// A lease that the service has granted to this job.

#include <chrono>
#include <memory>
#include <thread>

#include "injector/sources/lease.h"
#include "injector/sources/service/grant.h"
#include "injector/sources/service/service_client.h"

namespace injector {

struct LeaseTimes {
  // Renewals are no closer than this, however short the lease, and whatever the clocks say.
  std::chrono::milliseconds shortest_pause{1'000};
  // What giving back may take, and renewing what is over by our clock.
  std::chrono::milliseconds farewell{2'000};
};

class ServiceLease final : public Lease {
 public:
  ServiceLease(std::shared_ptr<const ServiceOptions> options, LeaseTicket ticket, LeaseTimes times);
  // Blocks for at most `times.farewell`.
  ~ServiceLease() override;

  // Renews at half of what is left, give or take a tenth of it, so that many jobs that began
  // together do not come together. While the service is unavailable it tries until the lease is
  // over. kUnavailable when there can be no thread.
  Status Keep(std::function<void(const Error&)> say) override;

 private:
  void KeepRenewing(const std::stop_token& stop, const std::function<void(const Error&)>& say);
  Status Renew(const std::stop_token& stop);
  std::chrono::milliseconds Remaining() const;
  ServiceRequest MakeRequest(std::string_view method, std::string_view action) const;

  // All of these belong to the thread while there is one.
  ServiceClient client_;
  LeaseTicket ticket_;
  const LeaseTimes times_;
  bool is_over_ = false;

  std::jthread thread_;
};

}  // namespace injector
