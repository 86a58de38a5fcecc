// /healthz, /readyz, /metrics and /openapi.json: for machines that have no token.

#include "injector/service/org_revision.h"
#include "injector/service/orgs.h"
#include "injector/service/rest/openapi.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

http::ServerResponse Healthy(std::string_view status) {
  ObjectBuilder json;
  json.Add("status", status);
  return JsonAnswer(200, std::move(json).Build());
}

Answer Ready(Desk& desk, const Call& call) {
  if (call.request.stopping.stop_requested()) {
    return Error(ErrorCode::kUnavailable, "the server is stopping");
  }
  // The one row that every database of ours has.
  RETURN_IF_ERROR(desk.database().Read<std::int64_t>(
      [](SqlSession& session) { return ReadRevision(session, std::string(kServiceOrg)); }));
  return Healthy("ready");
}

http::ServerResponse Text(Secret body, const char* type) {
  http::ServerResponse response;
  response.content_type = type;
  response.body = std::move(body);
  return response;
}

}  // namespace

std::vector<Route> OperationRoutes(Desk& desk, Metrics& metrics, const ChangeWaits& waits) {
  const auto healthy = [](const Call&) -> Answer { return Healthy("ok"); };
  const auto ready = [&desk](const Call& call) { return Ready(desk, call); };
  const auto numbers = [&metrics, &waits](const Call&) -> Answer {
    metrics.SetWaiting(waits.waiting());
    return Text(Secret::TakeFrom(metrics.Text()), kMetricsType);
  };
  const auto document = [](const Call&) -> Answer {
    ASSIGN_OR_RETURN(Secret json, OpenApiJson());
    return Text(std::move(json), "application/json");
  };
  return {{"GET", "/healthz", "health", std::nullopt, healthy},
          {"GET", "/readyz", "readiness", std::nullopt, ready},
          {"GET", "/metrics", "metrics", std::nullopt, numbers},
          {"GET", "/openapi.json", "openapi", std::nullopt, document}};
}

}  // namespace injector::rest
