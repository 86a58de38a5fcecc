#pragma once
// What the webhook adds to a pod: an init container that installs the shim, the sidecar, and the
// volumes between them. All of it satisfies the restricted Pod Security profile
// (kubernetes.io/docs/concepts/security/pod-security-standards), whatever the pod itself says.

#include <cstdint>
#include <string>
#include <vector>

#include "injector/model/value.h"
#include "injector/webhook/config.h"

namespace injector::webhook {

// Where a container finds the shim, and the sidecar's socket (which is where a shim looks by
// default).
inline constexpr std::string_view kShimDirectory = "/injector";
inline constexpr std::string_view kShimPath = "/injector/runner-shim";
inline constexpr std::string_view kSocketDirectory = "/run/injector";

// Names that nothing else in the pod has.
struct PartNames {
  std::string install;
  std::string sidecar;
  std::string shim_volume;
  std::string socket_volume;
  std::string identity_volume;
};

// What a sidecar serves.
struct Service {
  std::string repo;
  std::vector<std::string> allowed;  // as --allow takes it
  std::vector<std::int64_t> users;   // of the containers that ask it
  std::int64_t own_user = 0;         // its own, and its group
  // Whether the pod is to end by itself, which an ordinary container must not prevent.
  enum class Pod { kStays, kEnds } pod = Pod::kStays;
};

Value InstallContainer(const Config& config, const PartNames& names, std::int64_t user);
Value SidecarContainer(const Config& config, const PartNames& names, const Service& service);
// Those of the shim, the socket, and what the sidecar proves itself with.
std::vector<Value> Volumes(const Config& config, const PartNames& names);
// What a container needs that runs its command under the shim; it cannot write there.
std::vector<Value> ShimMounts(const PartNames& names);

}  // namespace injector::webhook
