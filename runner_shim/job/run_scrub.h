#pragma once
// `runner-shim scrub`: the scrubber as a filter, for output that no shim has started.

#include "injector/base/result.h"
#include "runner_shim/job/options.h"
#include "runner_shim/job/start_environment.h"
#include "runner_shim/process/inherited_state.h"

namespace runner_shim {

// Copies stdin to stdout without the secrets that `options` name, and returns the exit status. When
// a signal ends it, or the reader of stdout goes away, this process ends by that signal.
// kInvalidArgument if nothing at all is named: a filter that masks nothing would look like one that
// works. An empty array of values is fine.
injector::Result<int> RunScrub(const JobOptions& options, const StartEnvironment& environment,
                               const InheritedState& inherited);

}  // namespace runner_shim
