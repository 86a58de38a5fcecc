#include "injector/webhook/pod.h"

#include <limits>
#include <utility>

#include "injector/rest/json_object.h"

namespace injector::webhook {
namespace {

// More than any node would run: what is done for each pair of them stays quick.
constexpr std::size_t kMostContainers = 1000;

Error Malformed(std::string_view what) {
  return {ErrorCode::kInvalidArgument, "pod: " + std::string(what)};
}

// The items of a list of maps that have names; none when it is absent.
Result<std::vector<std::pair<std::string, const Value*>>> Named(const Value* list,
                                                                std::string_view what) {
  std::vector<std::pair<std::string, const Value*>> items;
  if (list == nullptr) return items;
  if (list->kind() != Value::Kind::kList) return Malformed(std::string(what) + " is no list");
  for (const Value& item : list->items()) {
    std::string name(TextIn(&item, "name"));
    if (name.empty()) return Malformed(std::string(what) + ": one has no name");
    items.emplace_back(std::move(name), &item);
  }
  return items;
}

std::string FreeName(const std::set<std::string>& taken, const std::string& wanted) {
  std::string name = wanted;
  for (int number = 2; taken.contains(name); ++number) name = wanted + "-" + std::to_string(number);
  return name;
}

}  // namespace

const Value* FindPresent(const Value* map, std::string_view name) {
  const Value* value = map == nullptr ? nullptr : map->Find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string_view TextIn(const Value* map, std::string_view name) {
  const Value* value = FindPresent(map, name);
  const bool is_text = value != nullptr && value->kind() == Value::Kind::kString;
  return is_text ? value->string().Reveal() : std::string_view();
}

Result<Pod> Pod::Read(const Value& json) {
  const Value* spec = FindPresent(&json, "spec");
  if (spec == nullptr || spec->kind() != Value::Kind::kMap) return Malformed("it has no spec");
  Pod pod(*spec);
  RETURN_IF_ERROR(pod.TakeContainers(Container::Kind::kOrdinary));
  if (pod.containers_.empty()) return Malformed("it has no containers");
  RETURN_IF_ERROR(pod.TakeContainers(Container::Kind::kInit));
  RETURN_IF_ERROR(pod.TakeVolumes());
  return pod;
}

Status Pod::TakeContainers(Container::Kind kind) {
  Container container;
  container.kind = kind;
  ASSIGN_OR_RETURN(const auto items, Named(Find(container.list()), container.list()));
  if (items.size() > kMostContainers) return Malformed("it has too many containers");
  for (const auto& [name, json] : items) {
    if (!container_names_.insert(name).second) {
      return Malformed("two containers are called " + name);
    }
    container.name = name;
    container.json = json;
    containers_.push_back(container);
    ++container.index;
  }
  return {};
}

Status Pod::TakeVolumes() {
  ASSIGN_OR_RETURN(const auto items, Named(Find("volumes"), "volumes"));
  for (const auto& [name, json] : items) volume_names_.insert(name);
  return {};
}

const Value* Pod::Find(std::string_view name) const { return FindPresent(spec_, name); }

bool Pod::IsForWindows() const {
  constexpr std::string_view kWindows = "windows";
  return TextIn(Find("os"), "name") == kWindows ||
         TextIn(Find("nodeSelector"), "kubernetes.io/os") == kWindows;
}

bool Pod::Ends() const {
  const std::string_view policy = TextIn(spec_, "restartPolicy");
  return policy == "Never" || policy == "OnFailure";
}

std::optional<std::int64_t> Pod::UserOf(const Container& container) const {
  for (const Value* holder : {container.json, spec_}) {
    const Value* user = FindPresent(FindPresent(holder, "securityContext"), "runAsUser");
    if (user == nullptr) continue;
    if (user->kind() != Value::Kind::kNumber) return std::nullopt;
    return rest::ParseWholeNumber(user->number_text(), 0, std::numeric_limits<std::int64_t>::max());
  }
  return std::nullopt;
}

std::string Pod::FreeContainerName(const std::string& name) const {
  return FreeName(container_names_, name);
}

std::string Pod::FreeVolumeName(const std::string& name) const {
  return FreeName(volume_names_, name);
}

}  // namespace injector::webhook
