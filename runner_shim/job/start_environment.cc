#include "runner_shim/job/start_environment.h"

#include <cstring>

#include "injector/base/own_settings.h"

namespace runner_shim {
using injector::IsOwnSetting;
using injector::Secret;

void WipeInherited(char** environment, std::string_view name) {
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    if (entry.size() <= name.size() || entry[name.size()] != '=' || !entry.starts_with(name)) {
      continue;
    }
    injector::Wipe(*environment + name.size() + 1, entry.size() - name.size() - 1);
  }
}

StartEnvironment StartEnvironment::Take(char** environment) {
  StartEnvironment taken;
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    taken.entries_.push_back(Secret::CopyOf(entry));
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos || !IsOwnSetting(entry.substr(0, equals))) continue;
    // The value only: the names are no secret, and getenv(3) of libraries must still find its way.
    injector::Wipe(*environment + equals + 1, entry.size() - equals - 1);
  }
  return taken;
}

std::string_view StartEnvironment::Reveal(std::string_view name) const {
  for (const Secret& entry : entries_) {
    const std::string_view text = entry.Reveal();
    if (text.size() > name.size() && text[name.size()] == '=' && text.starts_with(name)) {
      return text.substr(name.size() + 1);
    }
  }
  return {};
}

}  // namespace runner_shim
