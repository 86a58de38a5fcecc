#pragma once
// A credential service, or a sidecar, as a source of connections for jobs: asks for a grant, all of
// it or nothing, and holds it by a lease.

#include <chrono>
#include <memory>
#include <string>

#include "injector/sources/service/lender.h"
#include "injector/sources/source.h"

namespace injector {

// The service at `options->url`, asked for jobs of `repo`.
Lender ServiceLender(std::shared_ptr<const ServiceOptions> options, const std::string& repo);

class ServiceSource final : public Source {
 public:
  // No try begins after `deadline`.
  ServiceSource(Lender lender, std::chrono::steady_clock::time_point deadline)
      : lender_(std::move(lender)), deadline_(deadline) {}

  std::string Description() const override { return lender_.description; }
  bool KnowsAttachments() const override { return true; }
  // What is required and not granted is kPermissionDenied: whether it exists, the service does not
  // say. Other errors as ServiceClient::Send().
  Result<SourceAnswer> Fetch(const FetchRequest& request) override;
  // kFailedPrecondition: the service lists nothing to jobs.
  Result<SourceListing> List() override;

 private:
  Lender lender_;
  const std::chrono::steady_clock::time_point deadline_;
};

}  // namespace injector
