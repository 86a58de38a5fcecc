#pragma once
// How a command is supervised: every wait is a field, so that a test can make it short.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "runner_shim/process/event_loop.h"
#include "runner_shim/process/output_drain.h"
#include "runner_shim/process/output_kind.h"
#include "runner_shim/process/signal_forwarder.h"
#include "runner_shim/process/spawn.h"
#include "runner_shim/process/stream_filter.h"

namespace runner_shim {

// Makes the filter of one output. Called after the child has been forked, so that building it
// overlaps with the child's start; no output passes before it has returned. An error ends the
// child.
using FilterFactory =
    std::function<injector::Result<std::unique_ptr<StreamFilter>>(OutputKind output)>;

// What others may do while the child runs: join the loop, signal the child, have every filter
// called with Update().
struct RunningChild {
  EventLoop& loop;
  SignalForwarder& signals;
  pid_t pid;
  std::function<void()> update_filters;
};

// Something that lives beside the child, in its loop, and ends with it: a server, a watch.
class Companion {
 public:
  virtual ~Companion() = default;
  // HUP, INT, QUIT or TERM has come to us, before it is passed on.
  virtual void OnTermination(int) {}
};

// Whether the job gets a pty for its stdout.
enum class TerminalUse {
  kAutomatic,  // when our stdout is a terminal
  kAlways,
  kNever,
};

struct SupervisorOptions {
  TerminalUse terminal = TerminalUse::kAutomatic;
  SignalScope signal_scope = SignalScope::kAutomatic;
  ParentDeath parent_death = ParentDeath::kKillsChild;
  // KILL to the group this long after the first HUP, INT, QUIT or TERM passed on. None: never.
  std::optional<std::chrono::nanoseconds> kill_after;
  DrainTimes drain;
  // On a terminal: how long output rests before what its filter holds back may partly be shown.
  std::chrono::nanoseconds hold_back = std::chrono::milliseconds(100);
  // As PID 1: how long what the job left behind has between TERM and KILL, unless a second HUP,
  // INT, QUIT or TERM has come since the job's end.
  std::chrono::nanoseconds straggler_grace = std::chrono::seconds(5);
  // A line for stderr that says that the command runs, in front of all its output; may be empty.
  std::function<std::string(pid_t pid)> describe_start;
  // Called once the command runs; what it refers to is there until the companion, which may be
  // null, is destroyed after the last output. An error ends the child.
  std::function<injector::Result<std::unique_ptr<Companion>>(const RunningChild&)> on_start;
};

}  // namespace runner_shim
