#pragma once
// A pseudo-terminal pair (pty(7)): the job sits at the slave, we hold the master.

#include <sys/types.h>

#include <optional>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/process/our_terminal.h"

namespace runner_shim {

struct PseudoTerminal {
  injector::UniqueFd master;  // non-blocking
  injector::UniqueFd slave;

  // A new pair; with `like`, of that terminal's settings and size, else of 80 by 24.
  static injector::Result<PseudoTerminal> Open(const OurTerminal* like);
};

// Gives the pty behind `master` the settings `now`, unless they are no longer the ones that were
// copied to it before: then the job has chosen its own.
void UpdateSettings(int master, const termios& before, const termios& now);

// Gives the pty behind `master` the size of `terminal`. The kernel tells the job (SIGWINCH).
void CopySize(const OurTerminal& terminal, int master);

}  // namespace runner_shim
