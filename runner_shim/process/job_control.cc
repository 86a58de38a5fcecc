#include "runner_shim/process/job_control.h"

#include <signal.h>

namespace runner_shim {
namespace {

bool ContinueIsPending() {
  sigset_t pending;
  return ::sigpending(&pending) == 0 && sigismember(&pending, SIGCONT) == 1;
}

// Lets the kernel decide: it throws a default SIGTSTP away where the group is orphaned.
void StopLikeAJob() {
  struct sigaction fallback {};
  fallback.sa_handler = SIG_DFL;
  sigemptyset(&fallback.sa_mask);
  struct sigaction previous {};
  ::sigaction(SIGTSTP, &fallback, &previous);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  ::raise(SIGTSTP);
  ::sigprocmask(SIG_UNBLOCK, &only, nullptr);  // here we stop
  ::sigprocmask(SIG_BLOCK, &only, nullptr);
  ::sigaction(SIGTSTP, &previous, nullptr);
}

}  // namespace

void StopUntilContinued(StopRequest request) {
  if (ContinueIsPending()) return;
  if (request == StopRequest::kByProcess) {
    ::raise(SIGSTOP);
  } else {
    StopLikeAJob();
  }
}

}  // namespace runner_shim
