#pragma once
// The sidecar over HTTP: who may come by which door, what is asked for, and the answer. SOCKET.md
// describes it for those who ask.
//
// Thread rule: any thread.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "injector/http/server/server.h"
#include "injector/rest/answer.h"
#include "injector/rest/json_object.h"
#include "injector/rest/log.h"
#include "injector/rest/metrics.h"
#include "injector/rest/request_record.h"
#include "injector/rest/route_matcher.h"
#include "injector/sidecar/broker.h"
#include "injector/sidecar/peer_policy.h"

namespace injector::sidecar {

class SidecarApi {
 public:
  struct Options {
    PeerPolicy peers;
    // What opens the TCP door, read for each request: its file may be replaced.
    std::function<Result<Secret>()> tcp_token;
    // Where jobs find the credential endpoints: "http://127.0.0.1:1234/v1/credentials"; empty:
    // nowhere.
    std::string endpoint_url = {};
  };

  // All of these must outlive it.
  SidecarApi(Broker& broker, LeaseCache& cache, const Clock& clock, const Limits& limits,
             rest::Metrics& metrics, rest::Log& log, Options options);

  // Listeners, by what they are there for.
  enum class Door {
    kUnix,      // for shims
    kTcp,       // for shims, with a token
    kEndpoint,  // credential endpoints, for the jobs themselves
    kStatus,    // health and metrics
  };
  http::ServerResponse Answer(Door door, const http::ServerRequest& request);
  // Whether anything that `peer` sends is to be read; says in the log when it is not.
  bool AdmitsPeer(Door door, const http::Peer& peer) const;

 private:
  enum class Audience { kShims, kJobs, kEveryone };
  struct Call {
    const http::ServerRequest& request;
    const rest::PathParameters& path;
    rest::ObjectBuilder& notes;  // what the log is to say of the request
  };
  struct Route {
    std::string_view method;
    std::string_view path;
    std::string_view name;  // for logs and metrics
    Audience audience;
    rest::Answer (SidecarApi::*answer)(const Call&);
  };
  static const std::vector<Route>& Routes();

  // The refusal of whoever may not come by this door, or nothing.
  std::optional<http::ServerResponse> Refuse(Door door, const http::ServerRequest& request) const;
  static bool IsFor(Door door, Audience audience);
  http::ServerResponse Dispatch(const rest::RequestRecord& record, const Route& route,
                                const Call& call);

  rest::Answer CreateGrant(const Call& call);
  rest::Answer RenewGrant(const Call& call);
  rest::Answer AwaitChanges(const Call& call);
  rest::Answer ReleaseGrant(const Call& call);
  rest::Answer Credentials(const Call& call);
  rest::Answer Health(const Call& call);
  rest::Answer Readiness(const Call& call);
  rest::Answer Numbers(const Call& call);

  Broker& broker_;
  LeaseCache& cache_;
  const Clock& clock_;
  const Limits& limits_;
  rest::Metrics& metrics_;
  rest::Log& log_;
  const Options options_;
  const rest::RouteMatcher matcher_;
  std::vector<rest::Counter> grants_;  // by LeaseCache::Origin
  rest::Counter masked_runs_;
  rest::Gauge jobs_;
  rest::Gauge leases_;
  rest::Gauge uses_;
  rest::Gauge waiting_;
};

}  // namespace injector::sidecar
