#include "runner_shim/process/pseudo_terminal.h"

#include <fcntl.h>
#include <stdlib.h>  // posix_openpt: not in <cstdlib>
#include <sys/ioctl.h>

#include <algorithm>
#include <iterator>

namespace runner_shim {

using injector::Error;
using injector::Result;
using injector::UniqueFd;

namespace {

// In all that a pty has: it changes its c_cflag to what a pty can be.
bool AreSameModes(const termios& a, const termios& b) {
  return a.c_iflag == b.c_iflag && a.c_oflag == b.c_oflag && a.c_lflag == b.c_lflag &&
         std::equal(std::begin(a.c_cc), std::end(a.c_cc), std::begin(b.c_cc));
}

}  // namespace

Result<PseudoTerminal> PseudoTerminal::Open(const OurTerminal* like) {
  PseudoTerminal pair;
  pair.master = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!pair.master.valid()) return Error::FromErrno(errno, "open a pty");
  if (::grantpt(pair.master.get()) != 0 || ::unlockpt(pair.master.get()) != 0) {
    return Error::FromErrno(errno, "unlock a pty");
  }
  // By way of the master, not of a name: /dev/pts may be another container's (ioctl_tty(2)).
  pair.slave = UniqueFd(::ioctl(pair.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!pair.slave.valid()) return Error::FromErrno(errno, "open the job's side of a pty");

  if (like != nullptr && like->settings()) {
    ::tcsetattr(pair.slave.get(), TCSANOW, &*like->settings());
  }
  constexpr winsize kDefaultSize = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(pair.master.get(), TIOCSWINSZ, &kDefaultSize);
  if (like != nullptr) CopySize(*like, pair.master.get());
  return pair;
}

void UpdateSettings(int master, const termios& before, const termios& now) {
  termios current{};
  if (::tcgetattr(master, &current) != 0 || !AreSameModes(current, before)) return;
  ::tcsetattr(master, TCSANOW, &now);
}

void CopySize(const OurTerminal& terminal, int master) {
  if (const std::optional<winsize> size = terminal.Size()) {
    ::ioctl(master, TIOCSWINSZ, &*size);
  }
}

}  // namespace runner_shim
