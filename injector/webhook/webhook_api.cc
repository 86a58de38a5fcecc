#include "injector/webhook/webhook_api.h"

#include <utility>

#include "injector/rest/query.h"
#include "injector/webhook/inject.h"
#include "injector/webhook/review.h"

namespace injector::webhook {

struct WebhookApi::Route {
  std::string_view method;
  std::string_view path;
  std::string_view name;
  rest::Answer (WebhookApi::*answer)(const Call&);
};

const std::vector<WebhookApi::Route>& WebhookApi::Routes() {
  static const std::vector<Route> routes = {{"POST", "/mutate", "mutate", &WebhookApi::Mutate},
                                            {"GET", "/healthz", "health", &WebhookApi::Health},
                                            {"GET", "/readyz", "readiness", &WebhookApi::Readiness},
                                            {"GET", "/metrics", "metrics", &WebhookApi::Numbers}};
  return routes;
}

WebhookApi::WebhookApi(Config config, rest::Log& log)
    : log_(log),
      matcher_([] {
        std::vector<rest::RoutePattern> patterns;
        for (const Route& route : Routes()) patterns.push_back({route.method, route.path});
        return patterns;
      }()),
      patched_(metrics_.AddCounter("injector_webhook_reviews_total",
                                   "Reviews, by what was answered.", {{"outcome", "patched"}})),
      untouched_(
          metrics_.AddCounter("injector_webhook_reviews_total", "", {{"outcome", "allowed"}})),
      denied_(metrics_.AddCounter("injector_webhook_reviews_total", "", {{"outcome", "denied"}})),
      config_(std::make_shared<const Config>(std::move(config))) {}

void WebhookApi::Use(Config config) {
  auto fresh = std::make_shared<const Config>(std::move(config));
  const std::lock_guard lock(mutex_);
  config_ = std::move(fresh);
}

std::shared_ptr<const Config> WebhookApi::config() const {
  const std::lock_guard lock(mutex_);
  return config_;
}

http::ServerResponse WebhookApi::Answer(const http::ServerRequest& request) {
  const rest::RequestRecord record(metrics_, log_);
  const rest::RouteMatcher::Match match = matcher_.Find(request.method, request.path);
  rest::ObjectBuilder notes;
  notes.Add("client", request.peer.address);
  if (!match.route) {
    return record.Finish(rest::NoRouteAnswer(match.allowed), "", std::move(notes));
  }
  const Route& route = Routes()[*match.route];
  rest::Answer answer = (this->*route.answer)({.request = request, .notes = notes});
  http::ServerResponse response =
      answer.ok() ? *std::move(answer) : rest::RefusalOf(answer.error());
  return record.Finish(std::move(response), route.name, std::move(notes));
}

rest::Answer WebhookApi::Mutate(const Call& call) {
  ASSIGN_OR_RETURN(const Value body, rest::JsonBody(call.request));
  ASSIGN_OR_RETURN(const Review review, ReadReview(body));
  Result<std::optional<Value>> patch =
      review.pod == nullptr ? std::optional<Value>() : MakePatch(*review.pod, *config());
  if (!patch.ok()) {
    denied_.Add();
    call.notes.Add("outcome", "denied").Add("code", ErrorCodeName(patch.error().code()));
    return rest::JsonAnswer(200, Deny(review, patch.error()));
  }
  (*patch ? patched_ : untouched_).Add();
  call.notes.Add("outcome", *patch ? "patched" : "allowed");
  return rest::JsonAnswer(200, Allow(review, *std::move(patch)));
}

rest::Answer WebhookApi::Health(const Call&) { return rest::StatusAnswer("ok"); }

rest::Answer WebhookApi::Readiness(const Call& call) {
  if (!call.request.stopping.stop_requested()) return rest::StatusAnswer("ready");
  return Error(ErrorCode::kUnavailable, "the webhook is stopping");
}

rest::Answer WebhookApi::Numbers(const Call&) {
  return rest::TextAnswer(rest::kMetricsType, Secret::TakeFrom(metrics_.Text()));
}

}  // namespace injector::webhook
