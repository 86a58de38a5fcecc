#include "runner_shim/process/own_description.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <string>

namespace runner_shim {

using injector::RetryOnEintr;
using injector::UniqueFd;

bool AreSameTerminal(int a, int b) {
  unsigned first = 0;
  unsigned second = 0;
  return ::ioctl(a, TIOCGDEV, &first) == 0 && ::ioctl(b, TIOCGDEV, &second) == 0 && first == second;
}

UniqueFd OpenOwnDescription(int fd, int access) {
  const int flags = access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  UniqueFd own(RetryOnEintr([&] { return ::open(path.c_str(), flags); }));
  if (own.valid()) return own;
  UniqueFd session(RetryOnEintr([&] { return ::open("/dev/tty", flags); }));
  return session.valid() && AreSameTerminal(session.get(), fd) ? std::move(session) : UniqueFd();
}

}  // namespace runner_shim
