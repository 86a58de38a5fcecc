#pragma once
// Whether a process that once spoke to us still lives (pidfd_open(2)).

#include <sys/types.h>

#include "injector/base/unique_fd.h"

namespace injector::sidecar {

class ProcessWatch {
 public:
  // `pid`: as SO_PEERCRED gave it. Of 0 (another pid namespace, or TCP), and where the kernel has
  // no pidfds, nothing is known. A process that has ended already, and whose number another one has
  // by now, is taken for that one.
  explicit ProcessWatch(pid_t pid);

  pid_t pid() const { return pid_; }
  // Whether it has certainly ended.
  bool IsGone() const;

 private:
  pid_t pid_;
  UniqueFd process_;
  bool was_gone_ = false;
};

}  // namespace injector::sidecar
