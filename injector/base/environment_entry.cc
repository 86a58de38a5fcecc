#include "injector/base/environment_entry.h"

namespace injector {

std::optional<EnvironmentEntry> EnvironmentEntry::Parse(std::string_view bytes) {
  const std::size_t equals = bytes.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  return EnvironmentEntry{bytes.substr(0, equals), bytes.substr(equals + 1)};
}

std::optional<std::string_view> FindInEnvironment(std::span<const Secret> environment,
                                                  std::string_view name) {
  for (const Secret& bytes : environment) {
    const std::optional<EnvironmentEntry> entry = EnvironmentEntry::Parse(bytes.Reveal());
    if (entry && entry->name == name) return entry->value;
  }
  return std::nullopt;
}

}  // namespace injector
