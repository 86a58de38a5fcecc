#pragma once
// The environment that runner-shim was started with, copied out before anything else looks at it.
// Our own settings (own_settings.h; the store's key above all) are overwritten in place, so that
// /proc/<pid>/environ of the shim does not show them even to root (proc(5): the file is a view of
// that memory).

#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace runner_shim {

// Overwrites every value of this variable in place as well: one of ours, or one that connections
// refer to. Requires: no other thread runs.
void WipeInherited(char** environment, std::string_view name);

class StartEnvironment {
 public:
  // Takes environ(7) as it stands. Requires: called once, before any thread and before getenv(3).
  static StartEnvironment Take(char** environment);

  // Every entry, byte for byte, in its order: NAME=value or whatever was there.
  const std::vector<injector::Secret>& entries() const { return entries_; }

  // The value of the first entry for `name`, as getenv(3) would find it; empty when it is not set.
  std::string_view Reveal(std::string_view name) const;

 private:
  std::vector<injector::Secret> entries_;
};

}  // namespace runner_shim
