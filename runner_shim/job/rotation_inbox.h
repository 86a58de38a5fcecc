#pragma once
// Where the thread of a lease leaves what has changed for the loop, which alone may touch the
// scrubbers, the files and the command.
//
// Threads: Post() is for leases', one at a time; Close() for any; the rest for the loop's.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/job/job_change.h"

namespace runner_shim {

class RotationInbox {
 public:
  static injector::Result<std::unique_ptr<RotationInbox>> Open();

  // Blocks until the loop has answered; nothing is masked when it never will (Close()).
  JobChangeOutcome Post(JobChange change);
  // Nothing is taken any more, now and later.
  void Close();

  // Polls readable when there is something to take.
  int fd() const { return fd_.get(); }
  std::optional<JobChange> Take();
  // To be called once for each Take().
  void Answer(JobChangeOutcome outcome);

 private:
  explicit RotationInbox(injector::UniqueFd fd) : fd_(std::move(fd)) {}

  injector::UniqueFd fd_;  // eventfd(2)
  std::mutex mutex_;
  std::condition_variable answered_;
  std::optional<JobChange> change_;
  std::optional<JobChangeOutcome> answer_;
  bool closed_ = false;
};

}  // namespace runner_shim
