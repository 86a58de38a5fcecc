#pragma once
// What the webhook puts into pods, as its administrator says in a YAML file (CONFIG.md).

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/value.h"

namespace injector::webhook {

// A key of a Secret or of a ConfigMap in the pod's own namespace.
struct KeyPlace {
  enum class Kind { kSecret, kConfigMap };
  Kind kind = Kind::kSecret;
  std::string name;  // empty: there is none
  std::string key;
};

// What an image runs when its container names no command, which nobody asks a registry for.
struct ImageCommand {
  std::string image;  // with a tag or digest: that one; else every one of the name
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
};

struct Config {
  enum class SidecarKind {
    kNative,    // an init container that stays (restartPolicy: Always; Kubernetes 1.29)
    kOrdinary,  // one container more
  };

  std::string shim_image;
  std::string sidecar_image;
  std::string pull_policy;  // empty: the cluster's rule
  std::string service;      // https://HOST
  std::string repo;         // where no annotation says; empty: one has to

  // Of the sidecar: a key of a Secret, or the token of the pod's service account for `audience`.
  KeyPlace token;
  std::string audience;
  std::chrono::seconds token_life{3600};
  KeyPlace authority;  // who vouches for the service; without a name: what the image knows

  SidecarKind sidecar = SidecarKind::kNative;
  // Of an ordinary one in a pod that is to end: how long it waits for one more job.
  std::chrono::seconds last_job_grace{30};
  std::int64_t sidecar_user = 10001;  // and group

  // {requests, limits} as a container has them.
  Value install_resources;
  Value sidecar_resources;

  std::vector<ImageCommand> images;

  // That of `images` which is for `image`; nullptr when there is none. One that names its digest,
  // or its tag, goes before one that names neither.
  const ImageCommand* CommandOf(std::string_view image) const;
};

// `name` stands for the text in messages. kInvalidArgument: "NAME:LINE:COLUMN: …".
Result<Config> ParseConfig(std::string_view yaml, const std::string& name);

}  // namespace injector::webhook
