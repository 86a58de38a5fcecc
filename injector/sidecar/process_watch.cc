#include "injector/sidecar/process_watch.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace injector::sidecar {

ProcessWatch::ProcessWatch(pid_t pid) : pid_(pid) {
  if (pid <= 0) return;
  // By number: glibc has a function for it only since 2.36. The descriptor is close-on-exec.
  process_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  was_gone_ = !process_.valid() && errno == ESRCH;
}

bool ProcessWatch::IsGone() const {
  if (!process_.valid()) return was_gone_;
  pollfd ended{.fd = process_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&ended, 1, 0) == 1;
}

}  // namespace injector::sidecar
