#pragma once
// One string of an environment as execve(2) takes it: NAME=value by convention, any bytes in fact.

#include <optional>
#include <span>
#include <string_view>

#include "injector/base/secret.h"

namespace injector {

struct EnvironmentEntry {
  std::string_view name;
  std::string_view value;

  // nullopt for what is no NAME=value: without '=', or with an empty name.
  static std::optional<EnvironmentEntry> Parse(std::string_view bytes);
};

// The value of the first entry called `name`, as getenv(3) would find it.
std::optional<std::string_view> FindInEnvironment(std::span<const Secret> environment,
                                                  std::string_view name);

}  // namespace injector
