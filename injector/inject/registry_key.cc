#include "injector/inject/registry_key.h"

namespace injector {

std::string RegistryKey(std::string_view registry) {
  const std::size_t scheme_end = registry.find("://");
  if (scheme_end != std::string_view::npos) {
    registry.remove_prefix(scheme_end + 3);
    registry = registry.substr(0, registry.find('/'));
  }
  while (registry.ends_with('/')) registry.remove_suffix(1);
  for (std::string_view hub :
       {"", "docker.io", "index.docker.io", "registry-1.docker.io", "hub.docker.com"}) {
    if (registry == hub) return std::string(kDockerHub);
  }
  return std::string(registry);
}

}  // namespace injector
