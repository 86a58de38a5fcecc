#include "runner_shim/process/signal_forwarder.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "runner_shim/process/signal_set.h"

namespace runner_shim {
namespace {

constexpr unsigned kWholeProcessGroup = 1U << 2;  // PIDFD_SIGNAL_PROCESS_GROUP, Linux 6.9

// SI_QUEUE, whatever it was: the kernel lets nobody else claim si_code 0 (kill) or more, and only
// queued signals fail visibly when the queue is full.
siginfo_t QueuedInfo(const ReceivedSignal& signal) {
  siginfo_t info{};
  info.si_signo = signal.number;
  info.si_code = SI_QUEUE;
  info.si_pid = signal.sender;
  info.si_uid = signal.sender_uid;
  info.si_value = signal.value;
  return info;
}

}  // namespace

bool SignalForwarder::GoesToGroup(int signal) const {
  if (!LeadsGroup() || scope_ == SignalScope::kChild) return false;
  return scope_ == SignalScope::kGroup || IsTerminationSignal(signal);
}

// What the terminal sent to the whole foreground group has reached a child in our group as well.
bool SignalForwarder::AlreadyDelivered(const ReceivedSignal& signal) const {
  return !LeadsGroup() && signal.code == SI_KERNEL && IsTerminalSignal(signal.number);
}

SignalForwarder::Delivery SignalForwarder::Forward(const ReceivedSignal& signal) {
  if (AlreadyDelivered(signal)) return Delivery::kDone;
  const bool real_time = signal.number >= SIGRTMIN;
  if (real_time || signal.HasValue()) return Queue(signal);
  if (GoesToGroup(signal.number)) {
    SendToGroup(signal.number);
  } else {
    SendToChild(signal.number);
  }
  return Delivery::kDone;
}

void SignalForwarder::SendToGroup(int signal) {
  // ESRCH: the last member has gone; that is news for the reaper, not for us.
  if (LeadsGroup()) {
    ::kill(-child_, signal);
  } else {
    SendToChild(signal);
  }
}

void SignalForwarder::SendToChild(int signal) {
  if (!child_has_ended_) ::kill(child_, signal);
}

SignalForwarder::Delivery SignalForwarder::Queue(const ReceivedSignal& signal) {
  siginfo_t info = QueuedInfo(signal);
  long result = 0;
  if (GoesToGroup(signal.number)) {
    result = ::syscall(SYS_pidfd_send_signal, pid_fd_, signal.number, &info, kWholeProcessGroup);
    // An older kernel can send to a group only without the value.
    if (result != 0 && errno != EAGAIN) SendToGroup(signal.number);
  } else if (!child_has_ended_) {
    result = ::syscall(SYS_rt_sigqueueinfo, child_, signal.number, &info);
  }
  return result != 0 && errno == EAGAIN ? Delivery::kQueueFull : Delivery::kDone;
}

}  // namespace runner_shim
