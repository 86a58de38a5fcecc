#include "injector/webhook/parts.h"

#include <utility>

#include "injector/rest/json_object.h"

namespace injector::webhook {
namespace {

using rest::ObjectBuilder;

constexpr std::string_view kIdentityDirectory = "/run/secrets/injector";
constexpr const char* kTokenFile = "token";
constexpr const char* kAuthorityFile = "ca.crt";
constexpr const char* kSocket = "unix:/run/injector/sidecar.sock";
// Read by one container, of a user that no group of the volume need have.
constexpr std::int64_t kReadableMode = 0444;

Value Restricted(std::int64_t user) {
  ObjectBuilder capabilities;
  capabilities.Add("drop", std::vector<std::string>{"ALL"});
  ObjectBuilder seccomp;
  seccomp.Add("type", "RuntimeDefault");
  ObjectBuilder context;
  context.Add("runAsUser", user).Add("runAsGroup", user).AddBool("runAsNonRoot", true);
  context.AddBool("allowPrivilegeEscalation", false).AddBool("readOnlyRootFilesystem", true);
  context.Add("capabilities", std::move(capabilities).Build());
  context.Add("seccompProfile", std::move(seccomp).Build());
  return std::move(context).Build();
}

enum class Access { kReadOnly, kReadWrite };
Value Mount(const std::string& volume, std::string_view path, Access access) {
  ObjectBuilder mount;
  mount.Add("name", volume).Add("mountPath", path);
  if (access == Access::kReadOnly) mount.AddBool("readOnly", true);
  return std::move(mount).Build();
}

template <typename... Values>
Value ListOf(Values... values) {
  std::vector<Value> list;
  (list.push_back(std::move(values)), ...);
  return Value::List(std::move(list));
}

void AddImage(ObjectBuilder& container, const std::string& image, const Config& config) {
  container.Add("image", image);
  if (!config.pull_policy.empty()) container.Add("imagePullPolicy", config.pull_policy);
}

// Not by HTTP: a port would be one less for the pod's own containers.
Value HealthProbe(std::int64_t period, std::int64_t failures) {
  ObjectBuilder command;
  command.Add("command", std::vector<std::string>{
                             "/usr/bin/curl", "--fail", "--silent", "--show-error", "--unix-socket",
                             "/run/injector/sidecar.sock", "http://sidecar/healthz"});
  ObjectBuilder probe;
  probe.Add("exec", std::move(command).Build());
  probe.Add("periodSeconds", period).Add("timeoutSeconds", std::int64_t{3});
  probe.Add("failureThreshold", failures);
  return std::move(probe).Build();
}

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return text;
}

std::string InDirectory(const char* file) { return std::string(kIdentityDirectory) + "/" + file; }

std::vector<std::string> SidecarArguments(const Config& config, const Service& service) {
  std::vector<std::string> words = {"sidecar", std::string("--listen=") + kSocket,
                                    "--service=" + config.service, "--repo=" + service.repo,
                                    "--token-file=" + InDirectory(kTokenFile)};
  if (!config.authority.name.empty()) words.push_back("--ca-file=" + InDirectory(kAuthorityFile));
  words.push_back("--allow=" + Joined(service.allowed));
  for (const std::int64_t user : service.users) {
    words.push_back("--allow-uid=" + std::to_string(user));
  }
  const bool must_end =
      config.sidecar == Config::SidecarKind::kOrdinary && service.pod == Service::Pod::kEnds;
  if (must_end) {
    words.push_back("--exit-after-last-job=" + std::to_string(config.last_job_grace.count()) + "s");
  }
  return words;
}

Value MemoryVolume(const std::string& name, std::string_view limit) {
  ObjectBuilder directory;
  directory.Add("medium", "Memory").Add("sizeLimit", limit);
  ObjectBuilder volume;
  volume.Add("name", name).Add("emptyDir", std::move(directory).Build());
  return std::move(volume).Build();
}

// One file of a projected volume.
Value FromKey(const KeyPlace& place, const char* file) {
  ObjectBuilder item;
  item.Add("key", place.key).Add("path", file);
  ObjectBuilder origin;
  origin.Add("name", place.name).Add("items", ListOf(std::move(item).Build()));
  ObjectBuilder source;
  source.Add(place.kind == KeyPlace::Kind::kSecret ? "secret" : "configMap",
             std::move(origin).Build());
  return std::move(source).Build();
}

Value ServiceAccountToken(const Config& config) {
  ObjectBuilder token;
  token.Add("audience", config.audience).Add("path", kTokenFile);
  token.Add("expirationSeconds", std::int64_t{config.token_life.count()});
  ObjectBuilder source;
  source.Add("serviceAccountToken", std::move(token).Build());
  return std::move(source).Build();
}

Value IdentityVolume(const Config& config, const std::string& name) {
  std::vector<Value> sources;
  sources.push_back(config.audience.empty() ? FromKey(config.token, kTokenFile)
                                            : ServiceAccountToken(config));
  if (!config.authority.name.empty()) {
    sources.push_back(FromKey(config.authority, kAuthorityFile));
  }
  ObjectBuilder projected;
  projected.Add("defaultMode", kReadableMode).Add("sources", Value::List(std::move(sources)));
  ObjectBuilder volume;
  volume.Add("name", name).Add("projected", std::move(projected).Build());
  return std::move(volume).Build();
}

}  // namespace

Value InstallContainer(const Config& config, const PartNames& names, std::int64_t user) {
  ObjectBuilder container;
  container.Add("name", names.install);
  AddImage(container, config.shim_image, config);
  container.Add("command",
                std::vector<std::string>{"/runner-shim", "install", std::string(kShimDirectory)});
  container.Add("resources", config.install_resources.Clone());
  container.Add("securityContext", Restricted(user));
  container.Add("volumeMounts",
                ListOf(Mount(names.shim_volume, kShimDirectory, Access::kReadWrite)));
  return std::move(container).Build();
}

Value SidecarContainer(const Config& config, const PartNames& names, const Service& service) {
  ObjectBuilder container;
  container.Add("name", names.sidecar);
  AddImage(container, config.sidecar_image, config);
  if (config.sidecar == Config::SidecarKind::kNative) container.Add("restartPolicy", "Always");
  container.Add("args", SidecarArguments(config, service));
  container.Add("startupProbe", HealthProbe(1, 60));
  container.Add("livenessProbe", HealthProbe(10, 3));
  container.Add("resources", config.sidecar_resources.Clone());
  container.Add("securityContext", Restricted(service.own_user));
  container.Add("volumeMounts",
                ListOf(Mount(names.socket_volume, kSocketDirectory, Access::kReadWrite),
                       Mount(names.identity_volume, kIdentityDirectory, Access::kReadOnly)));
  return std::move(container).Build();
}

std::vector<Value> Volumes(const Config& config, const PartNames& names) {
  std::vector<Value> volumes;
  volumes.push_back(MemoryVolume(names.shim_volume, "16Mi"));
  volumes.push_back(MemoryVolume(names.socket_volume, "1Mi"));
  volumes.push_back(IdentityVolume(config, names.identity_volume));
  return volumes;
}

std::vector<Value> ShimMounts(const PartNames& names) {
  std::vector<Value> mounts;
  mounts.push_back(Mount(names.shim_volume, kShimDirectory, Access::kReadOnly));
  mounts.push_back(Mount(names.socket_volume, kSocketDirectory, Access::kReadOnly));
  return mounts;
}

}  // namespace injector::webhook
