#pragma once
// The terminal whose keys send signals to our session, and who is in its foreground.
// Source: credentials(7), tcsetpgrp(3).

#include <sys/types.h>

#include "injector/base/unique_fd.h"

namespace runner_shim {

class ControllingTerminal {
 public:
  // None.
  ControllingTerminal() = default;
  // Finds it through /dev/tty, or among descriptors 0, 1, 2 where /dev is missing.
  static ControllingTerminal Find();

  bool exists() const { return fd() >= 0; }
  int fd() const { return own_.valid() ? own_.get() : borrowed_; }

  // -1: there is no terminal.
  pid_t ForegroundGroup() const;
  // Makes `group` the foreground group. Never stops us: SIGTTOU is blocked.
  void GiveTo(pid_t group) const;

 private:
  injector::UniqueFd own_;
  int borrowed_ = -1;
};

}  // namespace runner_shim
