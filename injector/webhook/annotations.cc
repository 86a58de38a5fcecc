#include "injector/webhook/annotations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/model/connection.h"
#include "injector/model/nearest_name.h"
#include "injector/model/reference.h"

namespace injector::webhook {
namespace {

constexpr std::string_view kOurs = "injector/";
constexpr std::string_view kConnections = "injector/connections";
constexpr std::string_view kVariables = "injector/variables";
constexpr std::string_view kContainers = "injector/containers";
constexpr std::string_view kRepo = "injector/repo";
constexpr std::string_view kVariablePrefix = "var.";
constexpr std::size_t kLongestText = 16384;
constexpr std::array<std::string_view, 5> kKnown = {kConnections, kVariables, kContainers, kRepo,
                                                    kStatusAnnotation};

Error Wrong(std::string_view annotation, std::string_view message) {
  return {ErrorCode::kInvalidArgument,
          "annotation " + std::string(annotation) + ": " + std::string(message)};
}

Status RefuseUnknown(const Value& annotations) {
  for (const Value::Member& member : annotations.members()) {
    const std::string_view name = member.name;
    if (!name.starts_with(kOurs)) continue;
    if (std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end()) continue;
    const std::string_view nearest = NearestName(name, kKnown);
    std::string hint = "did you mean " + std::string(nearest) + "?";
    if (nearest.empty()) hint = "there is " + std::string(kConnections) + " and what goes with it";
    return Wrong(name, "unknown").WithHint(std::move(hint));
  }
  return {};
}

// The text of an annotation; empty when it is absent.
Result<std::string_view> TextOf(const Value& annotations, std::string_view name) {
  const Value* value = annotations.Find(name);
  if (value == nullptr) return std::string_view();
  if (value->kind() != Value::Kind::kString) return Wrong(name, "expected text");
  const std::string_view text = StripAsciiSpace(value->string().Reveal());
  if (text.empty()) return Wrong(name, "is empty");
  if (text.size() > kLongestText) return Wrong(name, "is too long");
  if (HoldsAsciiControl(text)) return Wrong(name, "holds control characters");
  return text;
}

// The items of a list with commas, without the blanks around them.
Result<std::vector<std::string>> ItemsOf(const Value& annotations, std::string_view name) {
  ASSIGN_OR_RETURN(std::string_view rest, TextOf(annotations, name));
  std::vector<std::string> items;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view item = StripAsciiSpace(rest.substr(0, comma));
    if (item.empty()) return Wrong(name, "there is nothing between two commas, or at an end");
    items.emplace_back(item);
    if (comma + 1 == rest.size()) return Wrong(name, "ends with a comma");
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return items;
}

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return text;
}

// What stands before the '=' of "REF=PREFIX" and "KEY=NAME".
std::string_view Wanted(std::string_view item) { return item.substr(0, item.find('=')); }

Status TakeConnections(const Value& annotations, Wish& wish) {
  ASSIGN_OR_RETURN(const std::vector<std::string> items, ItemsOf(annotations, kConnections));
  for (const std::string& item : items) {
    const Result<Reference> reference = Reference::Parse(Wanted(item));
    if (!reference.ok()) {
      return Wrong(kConnections, reference.error().message()).WithHint(reference.error().hint());
    }
    std::string allowed = reference->ToString();
    // To a sidecar's --allow that is a variable.
    if (allowed.starts_with(kVariablePrefix)) {
      return Wrong(kConnections, "a name that begins with var. needs its type: @TYPE.NAME");
    }
    wish.allowed.push_back(std::move(allowed));
  }
  wish.connections = Joined(items);
  return {};
}

Status TakeVariables(const Value& annotations, Wish& wish) {
  ASSIGN_OR_RETURN(const std::vector<std::string> items, ItemsOf(annotations, kVariables));
  for (const std::string& item : items) {
    if (!IsValidVariableKey(Wanted(item))) return Wrong(kVariables, "expected KEY or KEY=NAME");
    wish.allowed.push_back(std::string(kVariablePrefix).append(Wanted(item)));
  }
  wish.variables = Joined(items);
  return {};
}

}  // namespace

Result<std::optional<Wish>> ReadAnnotations(const Value& pod) {
  const Value* metadata = pod.Find("metadata");
  const Value* annotations = metadata == nullptr ? nullptr : metadata->Find("annotations");
  if (annotations == nullptr || annotations->kind() != Value::Kind::kMap) {
    return std::optional<Wish>();
  }
  RETURN_IF_ERROR(RefuseUnknown(*annotations));
  ASSIGN_OR_RETURN(const std::string_view status, TextOf(*annotations, kStatusAnnotation));
  if (status == kInjected) return std::optional<Wish>();
  if (!status.empty()) return Wrong(kStatusAnnotation, "is the webhook's to write");
  Wish wish;
  RETURN_IF_ERROR(TakeConnections(*annotations, wish));
  RETURN_IF_ERROR(TakeVariables(*annotations, wish));
  ASSIGN_OR_RETURN(wish.containers, ItemsOf(*annotations, kContainers));
  ASSIGN_OR_RETURN(wish.repo, TextOf(*annotations, kRepo));
  if (!wish.allowed.empty()) return std::optional<Wish>(std::move(wish));
  if (wish.containers.empty() && wish.repo.empty()) return std::optional<Wish>();
  return Wrong(kConnections, "is missing, and the pod has others that go with it");
}

}  // namespace injector::webhook
