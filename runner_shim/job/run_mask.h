#pragma once
// `runner-shim mask`: tells the shim of the job that we are in of one more value.

#include "injector/base/result.h"
#include "runner_shim/job/start_environment.h"

namespace runner_shim {

// Reads the value from stdin and waits until it is masked. Returns the exit status; says on stderr
// why the value is not masked, or not as one might think.
injector::Result<int> RunMask(const StartEnvironment& environment);

}  // namespace runner_shim
