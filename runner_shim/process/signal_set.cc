#include "runner_shim/process/signal_set.h"

namespace runner_shim {
namespace {

constexpr int kFirstRealTime = 34;  // after the C library's own; SIGRTMIN is a function call

}  // namespace

bool IsForwarded(int signal) {
  switch (signal) {
    case SIGKILL:
    case SIGSTOP:
    case SIGCHLD:
    case SIGURG:
    case 32:
    case 33:
      return false;
    default:
      return signal > 0 && signal < NSIG;
  }
}

sigset_t StandardSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal = 1; signal < 32; ++signal) {
    if (IsForwarded(signal)) sigaddset(&set, signal);
  }
  sigaddset(&set, SIGCHLD);
  return set;
}

sigset_t RealTimeSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal = kFirstRealTime; signal < NSIG; ++signal) sigaddset(&set, signal);
  return set;
}

sigset_t SupervisedSignals() {
  const sigset_t standard = StandardSignals();
  const sigset_t real_time = RealTimeSignals();
  sigset_t both;
  sigorset(&both, &standard, &real_time);
  return both;
}

}  // namespace runner_shim
