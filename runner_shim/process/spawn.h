#pragma once
// Spawn: one fork and exec, with everything the child needs set between the two by
// async-signal-safe calls only. What fails in the child comes back as an errno over a pipe that
// closes on exec, so "could not start" is never confused with "started and failed".

#include <sys/types.h>

#include <memory>
#include <optional>
#include <variant>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/process/child_command.h"
#include "runner_shim/process/exec_image.h"
#include "runner_shim/process/inherited_state.h"

namespace runner_shim {

// Where the child stands in the world of job control.
enum class ChildPlacement {
  kOurGroup,    // stays in our process group, beside the rest of a shell's pipeline
  kOwnGroup,    // leads a process group in our session
  kOwnSession,  // leads a session; SpawnOptions::terminal becomes its controlling terminal
};

enum class ParentDeath { kKillsChild, kIgnored };
enum class Foreground { kKeep, kHandToChild };

struct SpawnOptions {
  ChildPlacement placement = ChildPlacement::kOwnGroup;
  ParentDeath parent_death = ParentDeath::kKillsChild;
  // With kOwnGroup: the child makes its group the foreground group of `terminal`.
  Foreground foreground = Foreground::kKeep;
  int terminal = -1;
  // What the child gets as descriptors 0, 1, 2; -1: what we have there (nothing, if it was closed).
  int standard_input = -1;
  int standard_output = -1;
  int standard_error = -1;
};

// Why the command did not start, and the exit status that says so to a shell (env(1)): 127 not
// found, 126 cannot be executed, 125 something of ours failed first (directory, user …).
struct StartFailure {
  int exit_status = 0;
  injector::Error error;
};

class SpawnedChild {
 public:
  // `command` is kept for messages.
  SpawnedChild(pid_t pid, injector::UniqueFd pid_fd, injector::UniqueFd start_report,
               ChildCommand command)
      : pid_(pid),
        pid_fd_(std::move(pid_fd)),
        start_report_(std::move(start_report)),
        command_(std::move(command)) {}

  pid_t pid() const { return pid_; }
  // pidfd_open(2); -1 where the kernel or a seccomp filter refuses it.
  int pid_fd() const { return pid_fd_.get(); }

  // Polls readable once AwaitStart() does not wait.
  int start_report_fd() const { return start_report_.get(); }
  // Waits until the child has become the command (no value) or has failed to. After a failure the
  // child has been reaped. To be called once.
  injector::Result<std::optional<StartFailure>> AwaitStart();

 private:
  pid_t pid_;
  injector::UniqueFd pid_fd_;
  injector::UniqueFd start_report_;
  ChildCommand command_;
};

// Forks; returns at once, while the child becomes the command. Wipes the command's environment.
// Errors: 126 for a command that ExecImage refuses, 125 when there is no process or pipe to be had.
// Requires: called on the main thread (the parent-death signal is tied to the thread that forks).
std::variant<SpawnedChild, StartFailure> Spawn(ChildCommand command, const SpawnOptions& options,
                                               const InheritedState& inherited);

// Becomes the command in this very process: same pid, no supervision. Returns only on failure,
// with the inherited state already given back.
[[nodiscard]] StartFailure ExecInPlace(ChildCommand command, const InheritedState& inherited);

}  // namespace runner_shim
