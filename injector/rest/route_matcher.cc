#include "injector/rest/route_matcher.h"

#include <algorithm>

#include "injector/base/percent.h"
#include "injector/rest/query.h"

namespace injector::rest {
namespace {

std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    segments.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(segments.back().size());
  }
  return segments;
}

bool IsParameter(std::string_view pattern) { return pattern.starts_with('{'); }

// nullopt for what names nothing: empty, too long, or no text.
std::optional<std::string> Decode(std::string_view segment) {
  const std::optional<Secret> decoded = PercentDecode(segment);
  if (!decoded || decoded->empty() || !IsPlainText(decoded->Reveal(), kNameLimit)) {
    return std::nullopt;
  }
  return std::string(decoded->Reveal());
}

std::optional<PathParameters> MatchSegments(const std::vector<std::string_view>& pattern,
                                            const std::vector<std::string_view>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  PathParameters parameters;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!IsParameter(pattern[i])) {
      if (pattern[i] != segments[i]) return std::nullopt;
      continue;
    }
    std::optional<std::string> value = Decode(segments[i]);
    if (!value) return std::nullopt;
    parameters.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), *std::move(value));
  }
  return parameters;
}

}  // namespace

const std::string& Segment(const PathParameters& path, std::string_view name) {
  const auto found =
      std::find_if(path.begin(), path.end(), [&](const auto& part) { return part.first == name; });
  return found->second;
}

RouteMatcher::RouteMatcher(std::vector<RoutePattern> routes) : routes_(std::move(routes)) {
  for (const RoutePattern& route : routes_) patterns_.push_back(Segments(route.path));
}

RouteMatcher::Match RouteMatcher::Find(std::string_view method, std::string_view path) const {
  if (method == "HEAD") method = "GET";
  const std::vector<std::string_view> segments = Segments(path);
  Match match;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    std::optional<PathParameters> parameters = MatchSegments(patterns_[i], segments);
    if (!parameters) continue;
    if (routes_[i].method == method) {
      return Match{.route = i, .parameters = *std::move(parameters)};
    }
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += routes_[i].method;
  }
  return match;
}

}  // namespace injector::rest
