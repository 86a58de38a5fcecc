#pragma once
// Supervise: runs one command as a proper init would, from the fork to the last byte of output.
//
//   main: InheritedState::TakeOver()  ->  … fetch, inject …  ->  Supervise(command, …)
//
// Signals, the child's end, its output and every timer are events of one poll loop; nothing happens
// in a handler. The child's exit status comes back as a shell would show it.

#include <optional>

#include "injector/base/result.h"
#include "runner_shim/process/child_command.h"
#include "runner_shim/process/inherited_state.h"
#include "runner_shim/process/supervisor_options.h"

namespace runner_shim {

struct ChildOutcome {
  // The child's exit code, or 128 + the signal that ended it; without a start, 125, 126 or 127.
  int exit_status = 0;
  // Why the command did not start.
  std::optional<injector::Error> start_error;
  // Output was lost because a write of ours failed (a full disk), not because its reader left.
  std::optional<injector::Error> output_error;
};

// Runs `command` until it has ended and its output has been delivered. Requires: `inherited` was
// taken over by this process; the main thread. Blocks.
injector::Result<ChildOutcome> Supervise(ChildCommand command, const SupervisorOptions& options,
                                         const InheritedState& inherited,
                                         const FilterFactory& make_filter);

}  // namespace runner_shim
