#pragma once
// Ends the process when somebody asks us to stop, or time is over, while a job file is being read
// or credentials are being fetched: reading either, or a key, from a pipe, a lock that somebody
// holds, a store on a file system that does not answer, a service that is slow. Signals are blocked
// then, so without this only SIGKILL would help.
//
// A thread of its own, because what blocks is out of our hands. It is gone before the child is
// forked.

#include <chrono>
#include <thread>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/process/inherited_state.h"

namespace runner_shim {

class TerminationWatch {
 public:
  // While the object lives, HUP, INT, QUIT or TERM (signal S), unless the job would ignore it, ends
  // the process with status 128+S at once; after `limit` it says `expired` and ends with the status
  // of that error. Requires: `inherited` outlives it; nothing exists that must be cleaned up.
  static injector::Result<TerminationWatch> Start(const InheritedState& inherited,
                                                  std::chrono::milliseconds limit,
                                                  injector::Error expired);

  TerminationWatch(TerminationWatch&&) noexcept = default;
  TerminationWatch& operator=(TerminationWatch&&) = delete;
  ~TerminationWatch();

 private:
  TerminationWatch() = default;

  injector::UniqueFd stop_;  // eventfd(2); readable: the thread returns
  injector::UniqueFd termination_;
  std::thread thread_;
};

}  // namespace runner_shim
