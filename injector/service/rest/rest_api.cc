#include "injector/service/rest/rest_api.h"

#include <iterator>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/hex.h"
#include "injector/crypto/random.h"
#include "injector/http/server/problem.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

constexpr std::size_t kRequestIdBytes = 8;
constexpr std::string_view kNoOperation = "none";

std::vector<Route> AllRoutes(Desk& desk, ChangeWaits& waits, Metrics& metrics) {
  std::vector<Route> all;
  for (std::vector<Route>& routes :
       std::vector{ServiceConnectionRoutes(desk), AttachmentRoutes(desk), VariableRoutes(desk),
                   GrantRoutes(desk, waits), TokenRoutes(desk), AuditRoutes(desk),
                   OperationRoutes(desk, metrics, waits)}) {
    std::move(routes.begin(), routes.end(), std::back_inserter(all));
  }
  return all;
}

// Never the caller's own: that would be an echo, and could be anything.
std::string NewRequestId() {
  const Result<Secret> random = RandomBytes(kRequestIdBytes);
  return random.ok() ? HexEncode(random->Reveal()) : "unknown";
}

// The token of "Authorization: Bearer TOKEN" (RFC 6750); empty without one.
std::string_view BearerToken(const http::ServerRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view header = request.FindHeader("Authorization").value_or("");
  if (ToAsciiLower(header.substr(0, kScheme.size())) != kScheme) return {};
  return StripAsciiSpace(header.substr(kScheme.size()));
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

http::ServerResponse NoRoute(const Router::Match& match) {
  if (match.allowed.empty()) return http::ProblemResponse(404, "not_found", "no such path");
  http::ServerResponse response = http::ProblemForStatus(405);
  response.headers.emplace_back("Allow", match.allowed);
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
      login_(desk),
      waits_(desk, options.waits),
      router_(AllRoutes(desk, waits_, metrics_)) {}

http::ServerResponse RestApi::Answer(const http::ServerRequest& request) {
  const auto begin = std::chrono::steady_clock::now();
  metrics_.RequestBegins();
  Exchange exchange{.request = request,
                    .id = NewRequestId(),
                    .client = options_.trusted_proxies.ClientOf(request),
                    .match = router_.Find(request.method, request.path)};
  http::ServerResponse response =
      exchange.match.route == nullptr ? NoRoute(exchange.match) : Dispatch(exchange);
  response.headers.emplace_back("X-Request-Id", exchange.id);
  response.headers.emplace_back("Cache-Control", "no-store");
  Report(exchange, response.status, std::chrono::steady_clock::now() - begin);
  return response;
}

http::ServerResponse RestApi::Dispatch(Exchange& exchange) {
  const Route& route = *exchange.match.route;
  const PathParameters& path = exchange.match.parameters;
  if (route.operation) {
    if (auto refusal = Authenticate(exchange)) return *std::move(refusal);
    Status admitted = desk_.Admit(exchange.principal, IntentOf(route, path));
    if (!admitted.ok()) return RefusalOf(admitted.error(), exchange);
  }
  rest::Answer answer = route.answer(
      Call{.request = exchange.request, .principal = exchange.principal, .path = path});
  if (!answer.ok()) return RefusalOf(answer.error(), exchange);
  if (exchange.request.method != "GET") waits_.Notify(exchange.principal.org_id);
  return *std::move(answer);
}

std::optional<http::ServerResponse> RestApi::Authenticate(Exchange& exchange) {
  auto login = login_.Authenticate(BearerToken(exchange.request), exchange.client);
  if (!login.ok()) return RefusalOf(login.error(), exchange);
  if (const auto* rejection = std::get_if<Rejection>(&*login)) {
    metrics_.LoginRefused();
    return NobodyKnows(*rejection);
  }
  exchange.principal = std::get<Principal>(*std::move(login));
  return std::nullopt;
}

http::ServerResponse RestApi::RefusalOf(const Error& error, const Exchange& exchange) {
  http::ServerResponse response = Refusal(error);
  // The answer does not say what went wrong inside: here it stands.
  if (response.status >= 500) {
    ObjectBuilder members;
    members.Add("requestId", exchange.id).Add("code", ErrorCodeName(error.code()));
    members.Add("message", error.message());
    log_.Write(Log::Level::kError, "request.failed", std::move(members));
  }
  return response;
}

void RestApi::Report(const Exchange& exchange, int status, std::chrono::duration<double> time) {
  const Route* route = exchange.match.route;
  const std::string_view operation = route == nullptr ? kNoOperation : route->name;
  metrics_.RequestEnds(operation, status, time);
  if (!log_.Writes(Log::Level::kInfo)) return;
  ObjectBuilder members;
  members.Add("requestId", exchange.id).Add("operation", operation).Add("status", status);
  members.Add("microseconds", std::chrono::duration_cast<std::chrono::microseconds>(time).count());
  members.Add("client", exchange.client);
  if (!exchange.principal.id.empty()) {
    members.Add("actor", exchange.principal.id).Add("org", exchange.principal.org_id);
  }
  log_.Write(Log::Level::kInfo, "request", std::move(members));
}

}  // namespace injector::rest
