#include "runner_shim/process/controlling_terminal.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace runner_shim {

using injector::RetryOnEintr;
using injector::UniqueFd;

ControllingTerminal ControllingTerminal::Find() {
  ControllingTerminal terminal;
  // ENXIO: the session has none.
  terminal.own_ =
      UniqueFd(RetryOnEintr([] { return ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC); }));
  if (terminal.own_.valid()) return terminal;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // Fails unless fd is the controlling terminal of our session.
    if (::tcgetpgrp(fd) >= 0) terminal.borrowed_ = fd;
  }
  return terminal;
}

pid_t ControllingTerminal::ForegroundGroup() const { return exists() ? ::tcgetpgrp(fd()) : -1; }

void ControllingTerminal::GiveTo(pid_t group) const { ::tcsetpgrp(fd(), group); }

}  // namespace runner_shim
