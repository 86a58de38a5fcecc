// /healthz, /readyz, /metrics and /openapi.json: for machines that have no token.

#include <memory>

#include "injector/service/org_revision.h"
#include "injector/service/orgs.h"
#include "injector/service/rest/openapi.h"
#include "injector/service/rest/resources.h"
#include "injector/service/store/migrations.h"

namespace injector::rest {
namespace {

Answer Ready(Desk& desk, WriteCheck& writes, const Call& call) {
  if (call.request.stopping.stop_requested()) {
    return Error(ErrorCode::kUnavailable, "the server is stopping");
  }
  Status usable = desk.database().Read([&desk](SqlSession& session) -> Status {
    RETURN_IF_ERROR(CheckSchema(session));
    // The one row that every database of ours has.
    RETURN_IF_ERROR(ReadRevision(session, std::string(kServiceOrg)));
    return desk.keys().CheckSuffice(session);
  });
  // Next to every request writes, if only that it was made.
  if (usable.ok()) usable = writes.Ask();
  if (usable.ok()) return StatusAnswer("ready");
  // Whatever it is, others may be ready.
  return Error(ErrorCode::kUnavailable, usable.error().message());
}

}  // namespace

Counter DataFailures(Metrics& metrics, const std::string& kind) {
  return metrics.AddCounter("injector_data_failures_total",
                            "Times that stored data could not be decrypted.", {{"kind", kind}});
}

std::vector<Route> OperationRoutes(Desk& desk, Metrics& metrics, const ChangeWaits& waits,
                                   const WriteCheck::Options& write_check) {
  const auto healthy = [](const Call&) -> Answer { return StatusAnswer("ok"); };
  const auto writes = std::make_shared<WriteCheck>(desk.database(), desk.clock(), write_check);
  const auto ready = [&desk, writes](const Call& call) { return Ready(desk, *writes, call); };
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
