#pragma once

#include <optional>

#include "injector/base/secret.h"

namespace injector {

// The value of an environment variable, which is wiped where the kernel put it, so that it is not
// in /proc/PID/environ any more, and removed, so that no child can inherit it. nullopt when it is
// absent or empty. Requires: no other thread runs.
std::optional<Secret> TakeSecretVariable(const char* name);

}  // namespace injector
