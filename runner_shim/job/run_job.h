#pragma once
// The whole life of one job, from the command line to the exit status.

#include <string>
#include <vector>

#include "runner_shim/job/start_environment.h"
#include "runner_shim/process/inherited_state.h"

namespace runner_shim {

// Runs `runner-shim ARGUMENTS…` and returns its exit status. Says on stderr what went wrong.
// Requires: main's thread, and no other.
int RunShim(const std::vector<std::string>& arguments, const StartEnvironment& environment,
            const InheritedState& inherited);

}  // namespace runner_shim
