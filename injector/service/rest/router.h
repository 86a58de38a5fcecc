#pragma once
// From a request's method and path to the function that answers it.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/rest/route_matcher.h"
#include "injector/service/access.h"
#include "injector/service/rest/answer.h"
#include "injector/service/rest/call.h"

namespace injector::rest {

struct Route {
  std::string_view method;
  std::string_view path;  // "/api/v1/repos/{repo}/grants"
  std::string_view name;  // its operationId in openapi.yaml; also for logs and metrics
  // What the caller must be allowed to do; nullopt: nobody has to be known, and Call::principal is
  // nobody.
  std::optional<Operation> operation;
  std::function<Answer(const Call&)> answer;
};

class Router {
 public:
  explicit Router(std::vector<Route> routes)
      : routes_(std::move(routes)), matcher_(PatternsOf(routes_)) {}

  struct Match {
    const Route* route = nullptr;  // nullptr: none
    PathParameters parameters = {};
    std::string allowed = {};  // as RouteMatcher::Match
  };
  Match Find(std::string_view method, std::string_view path) const {
    RouteMatcher::Match match = matcher_.Find(method, path);
    return {.route = match.route ? &routes_[*match.route] : nullptr,
            .parameters = std::move(match.parameters),
            .allowed = std::move(match.allowed)};
  }

  const std::vector<Route>& routes() const { return routes_; }

 private:
  static std::vector<RoutePattern> PatternsOf(const std::vector<Route>& routes) {
    std::vector<RoutePattern> patterns;
    for (const Route& route : routes) patterns.push_back({route.method, route.path});
    return patterns;
  }

  std::vector<Route> routes_;
  RouteMatcher matcher_;
};

}  // namespace injector::rest
