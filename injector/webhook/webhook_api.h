#pragma once
// The webhook's interface: POST /mutate for API servers, /healthz, /readyz and /metrics for
// everybody.
//
// Threads: Answer() from any; Use() beside it. Trust: a pod is bytes from whoever may make one.
// Nothing of it is logged, and nothing secret is in what is answered: the configuration holds none.

#include <memory>
#include <mutex>
#include <vector>

#include "injector/http/server/server.h"
#include "injector/rest/answer.h"
#include "injector/rest/log.h"
#include "injector/rest/metrics.h"
#include "injector/rest/request_record.h"
#include "injector/rest/route_matcher.h"
#include "injector/webhook/config.h"

namespace injector::webhook {

class WebhookApi {
 public:
  // `log` must outlive it.
  WebhookApi(Config config, rest::Log& log);

  http::ServerResponse Answer(const http::ServerRequest& request);
  // From now on this is what pods are given.
  void Use(Config config);

 private:
  struct Call {
    const http::ServerRequest& request;
    rest::ObjectBuilder& notes;  // for the log
  };
  struct Route;
  static const std::vector<Route>& Routes();

  rest::Answer Mutate(const Call& call);
  rest::Answer Health(const Call& call);
  rest::Answer Readiness(const Call& call);
  rest::Answer Numbers(const Call& call);

  std::shared_ptr<const Config> config() const;

  rest::Log& log_;
  rest::Metrics metrics_;
  const rest::RouteMatcher matcher_;
  rest::Counter patched_;
  rest::Counter untouched_;
  rest::Counter denied_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Config> config_;
};

}  // namespace injector::webhook
