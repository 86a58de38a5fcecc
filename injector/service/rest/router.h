#pragma once
// From a request's method and path to the function that answers it. Paths are cut into segments as
// they were sent, and each segment decoded by itself, so that a repo named "acme/web" is one
// segment, "acme%2Fweb".

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;  // nullptr: none
    PathParameters parameters = {};
    // Without a route: the methods that the path has ("GET, POST"); empty: there is no such path.
    std::string allowed = {};
  };
  Match Find(std::string_view method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string_view>> patterns_;  // of routes_, in segments
};

}  // namespace injector::rest
