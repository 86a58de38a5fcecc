#pragma once
// The credential service over HTTPS. Token and certificates are read again for each request or
// connection, so replaced files take effect.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "injector/sidecar/upstream.h"
#include "injector/sources/service/service_client.h"

namespace injector::sidecar {

class ServiceUpstream final : public Upstream {
 public:
  // Called after each request, from any thread: the operation, and "ok" or a FailureName().
  using Count = std::function<void(std::string_view operation, std::string_view outcome)>;

  ServiceUpstream(std::shared_ptr<const ServiceOptions> options, std::string repo, Count count)
      : options_(std::move(options)), repo_(std::move(repo)), count_(std::move(count)) {}

  // All of these: errors by what FailureOf() reads from them. 404 on a grant is a refusal.
  Result<JobGrant> Create(const FetchRequest& wanted, const Patience& patience) override;
  Result<JobRenewal> Renew(const LeaseTicket& ticket, const Patience& patience) override;
  Result<JobChanges> Changes(const LeaseTicket& ticket, std::int64_t after,
                             std::chrono::seconds wait, const Patience& patience) override;
  Status ReportUses(const LeaseTicket& ticket, const UseReport& report,
                    const Patience& patience) override;
  Status Release(const LeaseTicket& ticket, const Patience& patience) override;

 private:
  // How long the service is to be left alone yet.
  std::chrono::milliseconds Closed();
  // A connection to the service that nobody uses just now.
  std::unique_ptr<ServiceClient> TakeClient();
  void PutBack(std::unique_ptr<ServiceClient> client);
  Result<ServiceAnswer> Send(std::string_view operation, ServiceRequest request,
                             const Patience& patience);
  static Result<ServiceAnswer> Try(ServiceClient& client, const ServiceRequest& request,
                                   const Patience& patience);

  const std::shared_ptr<const ServiceOptions> options_;
  const std::string repo_;
  const Count count_;
  std::mutex mutex_;
  // The service has asked to be left alone until then (Retry-After).
  std::chrono::steady_clock::time_point not_before_ = {};
  std::vector<std::unique_ptr<ServiceClient>> idle_;
};

}  // namespace injector::sidecar
