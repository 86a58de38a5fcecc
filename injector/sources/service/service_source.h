#pragma once
// A credential service as a source of connections for jobs: asks for a grant, all of it or nothing,
// and holds it by a lease.

#include <chrono>
#include <memory>
#include <string>

#include "injector/sources/service/service_client.h"
#include "injector/sources/service/service_lease.h"
#include "injector/sources/source.h"

namespace injector {

struct ServiceSourceOptions {
  std::shared_ptr<const ServiceOptions> service;
  std::string repo;  // whose job this is
  // No try begins after it.
  std::chrono::steady_clock::time_point deadline;
  LeaseTimes lease = {};
};

class ServiceSource final : public Source {
 public:
  explicit ServiceSource(ServiceSourceOptions options) : options_(std::move(options)) {}

  std::string Description() const override { return options_.service->url; }
  bool KnowsAttachments() const override { return true; }
  // What is required and not granted is kPermissionDenied: whether it exists, the service does not
  // say. Other errors as ServiceClient::Send().
  Result<SourceAnswer> Fetch(const FetchRequest& request) override;
  // kFailedPrecondition: the service lists nothing to jobs.
  Result<SourceListing> List() override;

 private:
  ServiceSourceOptions options_;
};

}  // namespace injector
