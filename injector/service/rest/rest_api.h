#pragma once
// The REST interface: who asks, what for, whether they may, and the answer. Everything that can be
// asked for is described in openapi.yaml.
//
// Thread rule: any thread.

#include <string>

#include "injector/http/server/server.h"
#include "injector/rest/log.h"
#include "injector/rest/metrics.h"
#include "injector/rest/request_record.h"
#include "injector/service/desk.h"
#include "injector/service/failure_reporter.h"
#include "injector/service/job_tokens.h"
#include "injector/service/login.h"
#include "injector/service/rest/change_waits.h"
#include "injector/service/rest/client_address.h"
#include "injector/service/rest/router.h"
#include "injector/service/store/write_check.h"

namespace injector::rest {

class RestApi {
 public:
  struct Options {
    ChangeWaits::Options waits = {};
    TrustedProxies trusted_proxies = {};
    // Who verifies the tokens that CI systems issue; nullptr: they are not taken. Must outlive it.
    JobTokens* job_tokens = nullptr;
    // Whether a runner's token is worth something without a verified client certificate.
    enum class RunnerCertificate { kNotNeeded, kNeeded };
    RunnerCertificate runner_certificate = RunnerCertificate::kNotNeeded;
    WriteCheck::Options write_check = {};  // for /readyz
  };

  // `desk` and `log` must outlive it.
  RestApi(Desk& desk, Log& log, const Options& options);

  http::ServerResponse Answer(const http::ServerRequest& request);

  const Router& router() const { return router_; }
  Metrics& metrics() { return metrics_; }

 private:
  // One request under way.
  struct Exchange {
    const http::ServerRequest& request;
    RequestRecord record;
    std::string client;  // address
    Router::Match match;
    Principal principal = {};  // nobody until it is known
  };

  http::ServerResponse Dispatch(Exchange& exchange);
  // Whether the caller may use the route at all; what it may not is recorded.
  Status Admit(const Exchange& exchange);
  // The refusal of whoever is not known, or nothing.
  std::optional<http::ServerResponse> Authenticate(Exchange& exchange);
  // The same for whoever was known when the request came.
  std::optional<http::ServerResponse> Readmit(const Exchange& exchange);
  // Wakes those whom this request concerns. Requires: it has done what it asked for.
  void TellWaits(const Exchange& exchange);
  http::ServerResponse NobodyCanTell(const LoginLater& later, const Exchange& exchange);
  http::ServerResponse RefusalOf(const Error& error, const Exchange& exchange);

  Desk& desk_;
  Log& log_;
  const Options options_;
  Login login_;
  ChangeWaits waits_;
  Metrics metrics_;
  Counter refused_logins_;
  Counter damaged_;
  const Router router_;
  const FailureReporter failure_reporter_;
};

}  // namespace injector::rest
