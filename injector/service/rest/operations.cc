// /healthz, /readyz, /metrics and /openapi.json: for machines that have no token.

#include "injector/service/org_revision.h"
#include "injector/service/orgs.h"
#include "injector/service/rest/openapi.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

Answer Ready(Desk& desk, const Call& call) {
  if (call.request.stopping.stop_requested()) {
    return Error(ErrorCode::kUnavailable, "the server is stopping");
  }
  // The one row that every database of ours has.
  RETURN_IF_ERROR(desk.database().Read<std::int64_t>(
      [](SqlSession& session) { return ReadRevision(session, std::string(kServiceOrg)); }));
  return StatusAnswer("ready");
}

}  // namespace

std::vector<Route> OperationRoutes(Desk& desk, Metrics& metrics, const ChangeWaits& waits) {
  const auto healthy = [](const Call&) -> Answer { return StatusAnswer("ok"); };
  const auto ready = [&desk](const Call& call) { return Ready(desk, call); };
  Gauge waiting = metrics.AddGauge("injector_change_waits", "Requests that wait for changes.");
  const auto numbers = [&metrics, &waits, waiting](const Call&) mutable -> Answer {
    waiting.Set(waits.waiting());
    return TextAnswer(kMetricsType, Secret::TakeFrom(metrics.Text()));
  };
  const auto document = [](const Call&) -> Answer {
    ASSIGN_OR_RETURN(Secret json, OpenApiJson());
    return TextAnswer("application/json", std::move(json));
  };
  return {{"GET", "/healthz", "health", std::nullopt, healthy},
          {"GET", "/readyz", "readiness", std::nullopt, ready},
          {"GET", "/metrics", "metrics", std::nullopt, numbers},
          {"GET", "/openapi.json", "openapi", std::nullopt, document}};
}

}  // namespace injector::rest
