#include "injector/webhook/inject.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "injector/webhook/annotations.h"
#include "injector/webhook/container_patch.h"
#include "injector/webhook/json_patch.h"
#include "injector/webhook/parts.h"
#include "injector/webhook/pod.h"

namespace injector::webhook {
namespace {

using Containers = std::vector<const Container*>;

// The kernel's name for users that it cannot name; a sidecar serves no such user.
constexpr std::int64_t kOverflowUser = 65534;

Error Refused(std::string message) { return {ErrorCode::kFailedPrecondition, std::move(message)}; }

std::string NamesOf(const std::vector<Container>& containers, Container::Kind kind) {
  std::string names;
  for (const Container& container : containers) {
    if (container.kind == kind) names += (names.empty() ? "" : ", ") + container.name;
  }
  return names;
}

Result<const Container*> FindNamed(const Pod& pod, const std::string& name, const Config& config) {
  const auto& all = pod.containers();
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Container& container) { return container.name == name; });
  if (found == all.end()) {
    return Refused("annotation injector/containers: the pod has no container " + name)
        .WithHint("it has " + NamesOf(all, Container::Kind::kOrdinary));
  }
  const bool too_early =
      found->kind == Container::Kind::kInit && config.sidecar == Config::SidecarKind::kOrdinary;
  if (!too_early) return &*found;
  return Refused(*found, "it runs before the sidecar, which is an ordinary container here")
      .WithHint("init containers get credentials where the webhook adds native sidecars");
}

// Whose commands are to run under the shim.
Result<Containers> Choose(const Pod& pod, const Wish& wish, const Config& config) {
  Containers chosen;
  for (const std::string& name : wish.containers) {
    ASSIGN_OR_RETURN(const Container* container, FindNamed(pod, name, config));
    const bool is_new = std::find(chosen.begin(), chosen.end(), container) == chosen.end();
    if (is_new) chosen.push_back(container);
  }
  if (!chosen.empty()) return chosen;
  const auto& all = pod.containers();
  const bool is_alone = all.size() == 1 || all[1].kind == Container::Kind::kInit;
  if (is_alone) return Containers{&all.front()};
  return Refused("the pod has several containers: " + NamesOf(all, Container::Kind::kOrdinary))
      .WithHint("name those that get credentials in the annotation injector/containers");
}

// The users of `chosen`, each once.
Result<std::vector<std::int64_t>> UsersOf(const Pod& pod, const Containers& chosen) {
  std::vector<std::int64_t> users;
  for (const Container* container : chosen) {
    const std::optional<std::int64_t> user = pod.UserOf(*container);
    if (!user) {
      return Refused(*container, "its user is not said, and the sidecar has to know it")
          .WithHint("set securityContext.runAsUser of the container or the pod");
    }
    if (*user == kOverflowUser) {
      return Refused(*container, "user 65534 (nobody) stands for all whom the kernel cannot name")
          .WithHint("set another securityContext.runAsUser");
    }
    if (std::find(users.begin(), users.end(), *user) == users.end()) users.push_back(*user);
  }
  return users;
}

// One that no other container has: who runs as the sidecar's user could signal it, or read its
// memory, where containers share their processes.
std::int64_t FreeUser(const Pod& pod, const Config& config) {
  const auto is_taken = [&pod](std::int64_t user) {
    return std::any_of(pod.containers().begin(), pod.containers().end(),
                       [&](const Container& container) { return pod.UserOf(container) == user; });
  };
  std::int64_t user = config.sidecar_user;
  while (is_taken(user) || user == kOverflowUser) ++user;
  return user;
}

PartNames FreeNames(const Pod& pod) {
  return {.install = pod.FreeContainerName("injector-install"),
          .sidecar = pod.FreeContainerName("injector-sidecar"),
          .shim_volume = pod.FreeVolumeName("injector-shim"),
          .socket_volume = pod.FreeVolumeName("injector-socket"),
          .identity_volume = pod.FreeVolumeName("injector-identity")};
}

JsonPatch AddParts(const Pod& pod, const Config& config, const PartNames& names,
                   const Service& service) {
  std::vector<Value> first;
  first.push_back(InstallContainer(config, names, service.own_user));
  Value sidecar = SidecarContainer(config, names, service);
  JsonPatch patch;
  if (config.sidecar == Config::SidecarKind::kNative) {
    first.push_back(std::move(sidecar));
  } else {
    // Behind the others: the first container is whom `kubectl logs` and `exec` mean.
    patch.Add("/spec/containers/-", std::move(sidecar));
  }
  patch.Prepend("/spec/initContainers", pod.Find("initContainers"), std::move(first));
  patch.Append("/spec/volumes", pod.Find("volumes"), Volumes(config, names));
  return patch;
}

Result<std::string> RepoOf(const Wish& wish, const Config& config) {
  if (!wish.repo.empty()) return wish.repo;
  if (!config.repo.empty()) return config.repo;
  return Refused("whose connections these are is not said")
      .WithHint("name the repo in the annotation injector/repo");
}

}  // namespace

Result<std::optional<Value>> MakePatch(const Value& json, const Config& config) {
  ASSIGN_OR_RETURN(const std::optional<Wish> wish, ReadAnnotations(json));
  if (!wish) return std::optional<Value>();
  ASSIGN_OR_RETURN(const Pod pod, Pod::Read(json));
  if (pod.IsForWindows()) return Refused("the shim is for Linux, and the pod for Windows");
  ASSIGN_OR_RETURN(std::string repo, RepoOf(*wish, config));
  ASSIGN_OR_RETURN(const Containers chosen, Choose(pod, *wish, config));
  ASSIGN_OR_RETURN(std::vector<std::int64_t> users, UsersOf(pod, chosen));
  const PartNames names = FreeNames(pod);
  JsonPatch patch;
  for (const Container* container : chosen) {
    ASSIGN_OR_RETURN(JsonPatch change, PutUnderShim(*container, *wish, names, config));
    patch.Join(std::move(change));
  }
  const Service service = {.repo = std::move(repo),
                           .allowed = wish->allowed,
                           .users = std::move(users),
                           .own_user = FreeUser(pod, config),
                           .pod = pod.Ends() ? Service::Pod::kEnds : Service::Pod::kStays};
  patch.Join(AddParts(pod, config, names, service));
  patch.Add(JsonPointer({"metadata", "annotations", kStatusAnnotation}), Value::String(kInjected));
  return std::optional<Value>(std::move(patch).Build());
}

}  // namespace injector::webhook
