#pragma once
// Reaper: collects every child that has ended - the job itself and the orphans that the kernel
// gives us as PID 1 or subreaper (PR_SET_CHILD_SUBREAPER, prctl(2)) - so that no zombie stays.

#include <sys/types.h>

#include <optional>

namespace runner_shim {

// Makes this process the one that orphans of the job come to. Before the fork: an orphan that is
// made earlier goes to the next init above. A kernel that refuses changes nothing but that.
void BecomeSubreaper();

class Reaper {
 public:
  explicit Reaper(pid_t child) : child_(child) {}

  // What one round has found out.
  struct Round {
    std::optional<int> child_status;  // the job has ended: the exit status a shell would show
    std::optional<int> stop_signal;   // the job has been stopped, by this signal
    bool continued = false;           // the job goes on after a stop
    bool children_left = true;        // false: we have no child of any kind any more
  };
  // Reaps all that have ended; does not wait. To be called for every SIGCHLD.
  Round Reap() const;

 private:
  pid_t child_;
};

}  // namespace runner_shim
