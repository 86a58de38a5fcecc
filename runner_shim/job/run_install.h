#pragma once
// `runner-shim install DIR`: puts a copy of this program there, for images that have no cp.

#include <string>

#include "injector/base/result.h"

namespace runner_shim {

// Makes or replaces `directory`/runner-shim in one step (mode 0755), prints its path on stdout, and
// returns the exit status. `directory` must be there. Reads this program by /proc/self/exe.
injector::Result<int> RunInstall(const std::string& directory);

}  // namespace runner_shim
