#include "injector/service/rest/rest_api.h"

#include <iterator>
#include <utility>

#include "injector/http/server/problem.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

std::vector<Route> AllRoutes(Desk& desk, ChangeWaits& waits, Metrics& metrics,
                             const RestApi::Options& options) {
  std::vector<Route> all;
  for (std::vector<Route>& routes :
       std::vector{ServiceConnectionRoutes(desk), AttachmentRoutes(desk), VariableRoutes(desk),
                   GrantRoutes(desk, waits), TokenRoutes(desk), AuditRoutes(desk),
                   OperationRoutes(desk, metrics, waits, options.write_check)}) {
    std::move(routes.begin(), routes.end(), std::back_inserter(all));
  }
  return all;
}

http::ServerResponse NobodyKnows(const Rejection& rejection) {
  if (rejection.retry_after.count() > 0) {
    http::ServerResponse response = http::ProblemResponse(
        429, "too_many_requests", "too many requests with tokens that are not valid");
    response.headers.emplace_back("Retry-After", std::to_string(rejection.retry_after.count()));
    return response;
  }
  http::ServerResponse response =
      http::ProblemResponse(401, "unauthenticated", "a valid token is needed");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

// What the path names, for the record of a refusal.
Intent IntentOf(const Route& route, const PathParameters& parameters) {
  Intent intent{.operation = *route.operation};
  for (const auto& [name, value] : parameters) {
    if (name == "repo") intent.repo = value;
    if (name != "id") continue;
    if (route.path.starts_with("/api/v1/grants/")) {
      intent.grant = value;
    } else if (route.path.starts_with("/api/v1/tokens/")) {
      intent.token = value;
    } else {
      intent.connection = value;
    }
  }
  return intent;
}

}  // namespace

RestApi::RestApi(Desk& desk, Log& log, const Options& options)
    : desk_(desk),
      log_(log),
      options_(options),
      login_(desk, options.job_tokens),
      waits_(desk, options.waits),
      refused_logins_(
          metrics_.AddCounter("injector_logins_refused_total", "Requests without a valid token.")),
      damaged_(DataFailures(metrics_, "damaged")),
      router_(AllRoutes(desk, waits_, metrics_, options)),
      failure_reporter_(login_, [&log](const Error& error) {
        log.Write(Log::Level::kError, "failed logins not recorded", error);
      }) {}

http::ServerResponse RestApi::Answer(const http::ServerRequest& request) {
  Exchange exchange{.request = request,
                    .record = RequestRecord(metrics_, log_),
                    .client = options_.trusted_proxies.ClientOf(request),
                    .match = router_.Find(request.method, request.path)};
  const Route* route = exchange.match.route;
  http::ServerResponse response =
      route == nullptr ? NoRouteAnswer(exchange.match.allowed) : Dispatch(exchange);
  ObjectBuilder members;
  members.Add("client", exchange.client);
  if (!exchange.principal.id.empty()) {
    members.Add("actor", exchange.principal.id).Add("org", exchange.principal.org_id);
  }
  return exchange.record.Finish(std::move(response), route == nullptr ? "" : route->name,
                                std::move(members));
}

http::ServerResponse RestApi::Dispatch(Exchange& exchange) {
  const Route& route = *exchange.match.route;
  const PathParameters& path = exchange.match.parameters;
  if (route.operation) {
    if (auto refusal = Authenticate(exchange)) return *std::move(refusal);
    Status admitted = Admit(exchange);
    if (!admitted.ok()) return RefusalOf(admitted.error(), exchange);
  }
  rest::Answer answer = route.answer(Call{
      .request = exchange.request, .principal = exchange.principal, .path = path, .readmit = [&] {
        return Readmit(exchange);
      }});
  if (!answer.ok()) return RefusalOf(answer.error(), exchange);
  TellWaits(exchange);
  return *std::move(answer);
}

Status RestApi::Admit(const Exchange& exchange) {
  const Intent intent = IntentOf(*exchange.match.route, exchange.match.parameters);
  const bool lacks_certificate =
      options_.runner_certificate == Options::RunnerCertificate::kNeeded &&
      exchange.principal.role == Role::kRunner && !exchange.request.peer.has_certificate;
  if (!lacks_certificate) return desk_.Admit(exchange.principal, intent);
  const Error refusal(ErrorCode::kPermissionDenied, "a runner needs a client certificate here");
  return desk_.ledger().Run(exchange.principal.org_id, exchange.principal.id,
                            [&](Act& act) -> Status {
                              AuditEvent event = EventOf(intent);
                              event.reason = "no_certificate";
                              act.RecordRefusal(std::move(event));
                              return refusal;
                            });
}

std::optional<http::ServerResponse> RestApi::Authenticate(Exchange& exchange) {
  auto login = login_.Authenticate(BearerToken(exchange.request), exchange.client);
  if (!login.ok()) return RefusalOf(login.error(), exchange);
  if (const auto* later = std::get_if<LoginLater>(&*login)) return NobodyCanTell(*later, exchange);
  if (const auto* rejection = std::get_if<Rejection>(&*login)) {
    refused_logins_.Add();
    return NobodyKnows(*rejection);
  }
  exchange.principal = std::get<Principal>(*std::move(login));
  return std::nullopt;
}

std::optional<http::ServerResponse> RestApi::Readmit(const Exchange& exchange) {
  const auto login = login_.Authenticate(BearerToken(exchange.request), exchange.client);
  if (!login.ok()) return RefusalOf(login.error(), exchange);
  if (const auto* later = std::get_if<LoginLater>(&*login)) return NobodyCanTell(*later, exchange);
  if (!std::holds_alternative<Rejection>(*login)) return std::nullopt;
  refused_logins_.Add();
  // Not 429, however many of its requests wait: all of them have to know.
  return NobodyKnows({});
}

void RestApi::TellWaits(const Exchange& exchange) {
  const std::string& org_id = exchange.principal.org_id;
  const std::optional<Operation> operation = exchange.match.route->operation;
  if (operation == Operation::kReleaseGrant) {
    waits_.NotifyOver(org_id, Segment(exchange.match.parameters, "id"));
  } else if (operation == Operation::kRevokeToken) {
    waits_.NotifyOver(org_id, "");
  } else if (exchange.request.method != "GET") {
    waits_.Notify(org_id);
  }
}

http::ServerResponse RestApi::NobodyCanTell(const LoginLater& later, const Exchange& exchange) {
  exchange.record.NoteFailure(Error(ErrorCode::kUnavailable, later.why));
  http::ServerResponse response = http::ProblemResponse(503, "unavailable", later.why);
  response.headers.emplace_back("Retry-After", std::to_string(later.retry_after.count()));
  return response;
}

http::ServerResponse RestApi::RefusalOf(const Error& error, const Exchange& exchange) {
  if (error.code() == ErrorCode::kDataLoss) damaged_.Add();
  http::ServerResponse response = Refusal(error);
  if (response.status >= 500) exchange.record.NoteFailure(error);
  return response;
}

}  // namespace injector::rest
