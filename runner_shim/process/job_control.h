#pragma once
// Stopping ourselves as a shell expects of a job (POSIX job control, setpgid(2), signal(7)).

namespace runner_shim {

// Who asked for a stop.
enum class StopRequest {
  kNone,
  kByTerminal,  // a key or the terminal's driver
  kByProcess,   // kill(2)
};

// Stops this process until SIGCONT. A stop that the terminal asked for is left out where no shell
// could continue us (our process group is orphaned). Returns at once when a SIGCONT is already
// waiting: stopping would throw it away.
void StopUntilContinued(StopRequest request);

}  // namespace runner_shim
