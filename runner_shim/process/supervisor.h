#pragma once
// Supervise: runs one command as a proper init would, from the fork to the last byte of output.
//
//   main: InheritedState::TakeOver()  ->  … fetch, inject …  ->  Supervise(command, …)
//
// Signals, the child's end, its output and every timer are events of one poll loop; nothing happens
// in a handler. The child's exit status comes back as a shell would show it.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "runner_shim/process/child_command.h"
#include "runner_shim/process/event_loop.h"
#include "runner_shim/process/inherited_state.h"
#include "runner_shim/process/output_drain.h"
#include "runner_shim/process/output_pipes.h"
#include "runner_shim/process/signal_forwarder.h"
#include "runner_shim/process/spawn.h"
#include "runner_shim/process/stream_filter.h"

namespace runner_shim {

// Makes the filter of one output. Called after the child has been forked, so that building it
// overlaps with the child's start; no output passes before it has returned. An error ends the
// child.
using FilterFactory =
    std::function<injector::Result<std::unique_ptr<StreamFilter>>(OutputKind output)>;

// What others may do while the child runs: join the loop, signal the child.
struct RunningChild {
  EventLoop& loop;
  SignalForwarder& signals;
  pid_t pid;
};

struct SupervisorOptions {
  SignalScope signal_scope = SignalScope::kAutomatic;
  ParentDeath parent_death = ParentDeath::kKillsChild;
  // KILL to the group this long after the first HUP, INT, QUIT or TERM passed on. None: never.
  std::optional<std::chrono::nanoseconds> kill_after;
  DrainTimes drain;
  // As PID 1: how long what the job left behind has between TERM and KILL.
  std::chrono::nanoseconds straggler_grace = std::chrono::seconds(5);
  // A line for stderr made of one message of ours.
  std::function<std::string(std::string_view)> format_message = [](std::string_view text) {
    return "runner-shim: " + std::string(text) + "\n";
  };
  // Called once the command runs. What it adds to the loop must be gone, or harmless, when
  // Supervise returns. An error ends the child.
  std::function<injector::Status(const RunningChild&)> on_start;
};

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
