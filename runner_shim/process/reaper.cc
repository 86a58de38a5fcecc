#include "runner_shim/process/reaper.h"

#include <sys/prctl.h>
#include <sys/wait.h>

#include "injector/base/unique_fd.h"
#include "runner_shim/process/exit_status.h"

namespace runner_shim {
namespace {

int ShellStatus(const siginfo_t& info) {
  return info.si_code == CLD_EXITED ? info.si_status : kExitSignalBase + info.si_status;
}

}  // namespace

void BecomeSubreaper() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

Reaper::Round Reaper::Reap() const {
  Round round;
  while (true) {
    siginfo_t info{};
    const int result = injector::RetryOnEintr(
        [&] { return ::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WCONTINUED | WNOHANG); });
    if (result != 0) {
      round.children_left = false;  // ECHILD
      return round;
    }
    if (info.si_pid == 0) return round;  // children, none of which has news
    if (info.si_pid != child_) continue;
    switch (info.si_code) {
      case CLD_STOPPED:
        round.stop_signal = info.si_status;
        break;
      case CLD_CONTINUED:
        round.stop_signal.reset();
        round.continued = true;
        break;
      case CLD_TRAPPED:
        break;  // a debugger's business
      default:
        round.child_status = ShellStatus(info);
    }
  }
}

}  // namespace runner_shim
