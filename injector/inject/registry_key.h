#pragma once
// How container tools name registries.

#include <string>
#include <string_view>

namespace injector {

inline constexpr std::string_view kDockerHub = "https://index.docker.io/v1/";

// The key under which tools look a registry up: HOST[:PORT], and a URL for Docker Hub alone,
// however it is written (with a scheme, by one of its other names).
std::string RegistryKey(std::string_view registry);

}  // namespace injector
