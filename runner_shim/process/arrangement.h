#pragma once
// Arrangement: what the job will be connected to and where it will stand, decided from our own
// descriptors before anything is started.
//
//   our stdout            the job
//   a terminal            leads a session on a pty; stdin and stderr join where they are the same
//                         terminal; stdin only if it is our session's: of another we take no keys,
//                         and the job reads it as it would without us
//   something else, and   stays in our process group, beside the rest of the pipeline; with
//   there is a terminal   --signal-scope group leads a group of its own, in the foreground if we
//   are no terminal at all    leads a process group
// Outputs that are not on the pty are pipes.

#include <optional>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/process/controlling_terminal.h"
#include "runner_shim/process/inherited_state.h"
#include "runner_shim/process/our_terminal.h"
#include "runner_shim/process/output_kind.h"
#include "runner_shim/process/spawn.h"
#include "runner_shim/process/supervisor_options.h"

namespace runner_shim {

// One way out of the job.
struct JobOutput {
  OutputKind kind = OutputKind::kStandardOutput;
  int target = -1;            // our descriptor that the bytes go to in the end
  injector::UniqueFd source;  // what we read: a pipe, or the pty's master
};

// The keyboard's way in.
struct JobKeyboard {
  OurTerminal terminal;
  injector::UniqueFd master;
  KeySignals keys;
};

struct Arrangement {
  SpawnOptions spawn;
  std::vector<JobOutput> outputs;
  // The job's ends of pipes and pty, which `spawn` refers to. The pipes' must be closed after the
  // fork, the pty's when the job has ended: until then a job that closes its descriptors and
  // reopens /dev/tty must not find it hung up.
  std::vector<injector::UniqueFd> pipe_writers;
  injector::UniqueFd slave;
  std::optional<JobKeyboard> keyboard;
  ControllingTerminal controlling_terminal;
};

// Errors: no pipe, or, with TerminalUse::kAlways, no pty to be had. With kAutomatic a system
// without ptys gets pipes.
injector::Result<Arrangement> Arrange(const SupervisorOptions& options,
                                      const InheritedState& inherited);

}  // namespace runner_shim
