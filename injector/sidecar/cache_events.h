#pragma once
// What happens in the cache, as lines of log and numbers.

#include "injector/rest/log.h"
#include "injector/rest/metrics.h"
#include "injector/sidecar/lease_cache.h"

namespace injector::sidecar {

class LoggedEvents final : public CacheEvents {
 public:
  // Both must outlive it.
  LoggedEvents(rest::Metrics& metrics, rest::Log& log);

  // A request to the service has ended: "ok", or a FailureName().
  void Asked(std::string_view operation, std::string_view outcome);

  void Failed(std::string_view operation, const Error& error) override;
  void Emptied() override;
  void Changed() override;
  void UsesReported(std::size_t uses) override;
  void UsesLost(std::size_t uses) override;

 private:
  rest::Metrics& metrics_;
  rest::Log& log_;
  rest::Counter emptied_;
  rest::Counter changes_;
  rest::Counter reported_;
  rest::Counter lost_;
};

}  // namespace injector::sidecar
