#include "runner_shim/process/inherited_state.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "runner_shim/process/signal_set.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::Status;
using injector::UniqueFd;

bool IsIgnored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

bool SetAction(int signal, sighandler_t handler) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  return ::sigaction(signal, &action, nullptr) == 0;
}

// Takes the lowest free descriptor for good, and lets the job find it closed. A mere path (O_PATH,
// open(2)), because reading and writing it fail with EBADF, as on a closed descriptor, and never
// wait; of "/", because an empty container has no /dev/null.
Status PlugLowestDescriptor() {
  if (::open("/", O_PATH | O_CLOEXEC) < 0) return Error::FromErrno(errno, "open /");
  return {};
}

void CloseAtExec(unsigned first, unsigned last) {
  if (::syscall(SYS_close_range, first, last, CLOSE_RANGE_CLOEXEC) == 0) return;
  // Linux before 5.11. Closed ones say EBADF.
  for (unsigned fd = first; fd <= last; ++fd) ::fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
}

}  // namespace

// In one call, because a start has little time. There can be none of ours above the limit.
Status InheritedState::NoteCallersDescriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return Error::FromErrno(errno, "read the limits");
  callers_.set();
  std::vector<pollfd> asked(std::min<rlim_t>(kMostDescriptors, limit.rlim_cur));
  for (std::size_t fd = 0; fd < asked.size(); ++fd) asked[fd].fd = static_cast<int>(fd);
  if (::poll(asked.data(), asked.size(), 0) < 0) return Error::FromErrno(errno, "poll");
  for (std::size_t fd = 0; fd < asked.size(); ++fd) {
    callers_[fd] = (asked[fd].revents & POLLNVAL) == 0;
  }
  return {};
}

void InheritedState::CloseOursAtExec() const {
  for (unsigned first = 3; first < kMostDescriptors; ++first) {
    if (callers_[first]) continue;
    unsigned last = first;
    while (last + 1 < kMostDescriptors && !callers_[last + 1]) ++last;
    CloseAtExec(first, last);
    first = last;
  }
}

Result<InheritedState> InheritedState::TakeOver() {
  InheritedState state;
  const sigset_t blocked = SupervisedSignals();
  if (::sigprocmask(SIG_BLOCK, &blocked, &state.signal_mask_) != 0) {
    return Error::FromErrno(errno, "block signals");
  }
  sigemptyset(&state.ignored_);
  for (int signal = 1; signal < NSIG; ++signal) {
    if (IsIgnored(signal)) sigaddset(&state.ignored_, signal);
  }
  if (state.Ignores(SIGCHLD) && !SetAction(SIGCHLD, SIG_DFL)) {
    return Error::FromErrno(errno, "set the action of SIGCHLD");
  }
  if (::getrlimit(RLIMIT_CORE, &state.core_limit_) != 0) {
    return Error::FromErrno(errno, "read the core limit");
  }
  // Only the soft limit: an ordinary process could not raise the hard one again for the job.
  const rlimit no_core = {.rlim_cur = 0, .rlim_max = state.core_limit_.rlim_max};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return Error::FromErrno(errno, "set the core limit");
  RETURN_IF_ERROR(state.NoteCallersDescriptors());
  for (int fd = 0; fd < 3; ++fd) {
    const bool open = ::fcntl(fd, F_GETFD) != -1;
    state.was_open_[static_cast<std::size_t>(fd)] = open;
    if (!open) RETURN_IF_ERROR(PlugLowestDescriptor());
  }
  return state;
}

bool InheritedState::Restore() const {
  if (::setrlimit(RLIMIT_CORE, &core_limit_) != 0) return false;
  if (Ignores(SIGCHLD) && !SetAction(SIGCHLD, SIG_IGN)) return false;
  // Last: a signal that is pending is delivered at once.
  return ::sigprocmask(SIG_SETMASK, &signal_mask_, nullptr) == 0;
}

sigset_t InheritedState::TerminationSignals() const {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) {
    const bool held_back = Ignores(signal) || sigismember(&signal_mask_, signal) == 1;
    if (!held_back) sigaddset(&set, signal);
  }
  return set;
}

std::optional<int> InheritedState::PendingTermination() const {
  sigset_t pending;
  if (::sigpending(&pending) != 0) return std::nullopt;
  const sigset_t wanted = TerminationSignals();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
    if (sigismember(&pending, signal) == 1 && sigismember(&wanted, signal) == 1) return signal;
  }
  return std::nullopt;
}

Result<UniqueFd> InheritedState::OpenTerminationFd() const {
  const sigset_t wanted = TerminationSignals();
  UniqueFd fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return Error::FromErrno(errno, "signalfd");
  return fd;
}

}  // namespace runner_shim
