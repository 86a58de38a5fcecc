#pragma once
// Another open file description of a file that we share with others, so that O_NONBLOCK on it is
// ours alone (fcntl(2)).

#include "injector/base/unique_fd.h"

namespace runner_shim {

// Whether both are one terminal, asking the terminals themselves: /dev/tty and /dev/pts/3 can be
// two names of it. False where one is no terminal.
bool AreSameTerminal(int a, int b);

// The file behind `fd`, opened once more with `access` (O_RDWR, O_WRONLY), O_NONBLOCK and
// O_CLOEXEC: by way of /proc/self/fd; where that is refused (another user's terminal after su(1),
// no /proc), and it is the terminal of our session, by way of /dev/tty, which everybody may open
// (tty(4)). Invalid where neither works.
injector::UniqueFd OpenOwnDescription(int fd, int access);

}  // namespace runner_shim
