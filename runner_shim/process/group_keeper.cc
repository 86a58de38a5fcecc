#include "runner_shim/process/group_keeper.h"

#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace runner_shim {
namespace {

// fork(2) without the C library's part of it, which is for programs that go on to use the library.
pid_t Fork(unsigned long flags) {
  return static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, 0));
}

void CloseAllDescriptors() {
  if (::syscall(SYS_close_range, 0U, ~0U, 0U) == 0) return;
  // Linux before 5.9. Ours are low: they were opened in a young process.
  constexpr int kHighest = 1024;
  for (int fd = 0; fd < kHighest; ++fd) ::close(fd);
}

// Dies with `parent`, whom it was just forked from.
void BindTo(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
}

[[noreturn]] void Sleep() {
  while (true) ::pause();
}

[[noreturn]] void KeepGroup(pid_t job, pid_t supervisor) {
  BindTo(supervisor);
  const pid_t keeper = ::getpid();
  ::setpgid(0, 0);
  const pid_t member = Fork(0);
  if (member == 0) {
    BindTo(keeper);
    ::setpgid(0, job);
    CloseAllDescriptors();
    Sleep();
  }
  CloseAllDescriptors();
  const int job_fd = static_cast<int>(::syscall(SYS_pidfd_open, job, 0));
  pollfd ended = {.fd = job_fd, .events = POLLIN, .revents = 0};
  if (job_fd >= 0) ::poll(&ended, 1, -1);
  // The member follows by its parent-death signal.
  ::_exit(0);
}

}  // namespace

void StartGroupKeeper(injector::Secret& secrets) {
  const pid_t job = ::getpid();
  const pid_t supervisor = ::getppid();
  // A sibling, so that the job does not find a child that it never made. Signals are still blocked.
  if (Fork(CLONE_PARENT) != 0) return;
  injector::Wipe(secrets.RevealMutable().data(), secrets.size());
  KeepGroup(job, supervisor);
}

}  // namespace runner_shim
