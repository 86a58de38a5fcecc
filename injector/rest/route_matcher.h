#pragma once
// From a request's method and path to the route that they mean. Paths are cut into segments as they
// were sent, and each segment decoded by itself, so that a repo named "acme/web" is one segment,
// "acme%2Fweb".

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace injector::rest {

// Decoded segments of the path, by the names that the route gives them.
using PathParameters = std::vector<std::pair<std::string_view, std::string>>;

// The one that is called `name`. Requires: it is there.
const std::string& Segment(const PathParameters& path, std::string_view name);

struct RoutePattern {
  std::string_view method;
  std::string_view path;  // "/api/v1/repos/{repo}/grants"
};

class RouteMatcher {
 public:
  // What the patterns view must outlive the matcher.
  explicit RouteMatcher(std::vector<RoutePattern> routes);

  struct Match {
    std::optional<std::size_t> route = {};  // index in `routes`
    PathParameters parameters = {};
    // Without a route: the methods that the path has ("GET, POST"); empty: there is no such path.
    std::string allowed = {};
  };
  // HEAD is answered by what answers GET.
  Match Find(std::string_view method, std::string_view path) const;

 private:
  std::vector<RoutePattern> routes_;
  std::vector<std::vector<std::string_view>> patterns_;  // of routes_, in segments
};

}  // namespace injector::rest
