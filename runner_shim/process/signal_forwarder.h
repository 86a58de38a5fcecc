#pragma once
// SignalForwarder: passes signals on to the job, by the rules of who is meant.
//
// HUP, INT, QUIT and TERM ask a job to end, so they go to the whole process group that the child
// leads; everything else is a message between two programs and goes to the child alone. A child
// that stays in our own group never gets a group signal from us: the rest of the pipeline is not
// ours. Real-time signals keep their value and sender (rt_sigqueueinfo(2)).

#include <signal.h>
#include <sys/types.h>

#include "runner_shim/process/signal_reader.h"
#include "runner_shim/process/spawn.h"

namespace runner_shim {

enum class SignalScope {
  kAutomatic,  // as above
  kGroup,      // every forwarded signal goes to the group; the child always leads one
  kChild,      // every forwarded signal goes to the child alone
};

class SignalForwarder {
 public:
  // Does not own `pid_fd`, which may be -1.
  SignalForwarder(pid_t child, int pid_fd, ChildPlacement placement, SignalScope scope)
      : child_(child), pid_fd_(pid_fd), placement_(placement), scope_(scope) {}

  enum class Delivery {
    kDone,       // delivered, or nobody is left to take it, or the child has it from the kernel
    kQueueFull,  // a real-time signal met the job's limit (RLIMIT_SIGPENDING): try again later
  };
  Delivery Forward(const ReceivedSignal& signal);

  // To the group that the child leads, else to the child alone.
  void SendToGroup(int signal);
  // To the child, unless it has ended.
  void SendToChild(int signal);

  // The child has been reaped: its pid means nothing now. Its group may live on.
  void ForgetChild() { child_has_ended_ = true; }

 private:
  bool LeadsGroup() const { return placement_ != ChildPlacement::kOurGroup; }
  bool GoesToGroup(int signal) const;
  bool AlreadyDelivered(const ReceivedSignal& signal) const;
  Delivery Queue(const ReceivedSignal& signal);

  pid_t child_;
  int pid_fd_;
  ChildPlacement placement_;
  SignalScope scope_;
  bool child_has_ended_ = false;
};

}  // namespace runner_shim
