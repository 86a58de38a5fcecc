#pragma once
// Where the thread of a lease leaves what has changed for the loop, which alone may touch the
// scrubbers, the files and the command.
//
// Threads: Post() is for leases', one at a time; Close() for any; the rest for the loop's.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"
#include "runner_shim/job/prepare.h"

namespace runner_shim {

// What is to be done about a change, in this order.
struct JobChange {
  std::vector<ScrubSecret> secrets;    // that are new
  std::vector<JobUpdate::File> files;  // that are to be as they are not now
  // For tools that ask; nullopt: as they are.
  std::optional<std::vector<injector::HelperLogin>> logins = {};
  std::optional<ChildCommand> command = {};  // as it would be started now; nullopt: no other
};

class RotationInbox {
 public:
  static injector::Result<std::unique_ptr<RotationInbox>> Open();

  // Blocks until the loop has answered; false when it never will (Close()).
  bool Post(JobChange change);
  // Nothing is taken any more: every Post(), now and later, is answered with false.
  void Close();

  // Polls readable when there is something to take.
  int fd() const { return fd_.get(); }
  std::optional<JobChange> Take();
  // To be called once for each Take(): whether the secrets are masked.
  void Answer(bool masked);

 private:
  explicit RotationInbox(injector::UniqueFd fd) : fd_(std::move(fd)) {}

  injector::UniqueFd fd_;  // eventfd(2)
  std::mutex mutex_;
  std::condition_variable answered_;
  std::optional<JobChange> change_;
  std::optional<bool> answer_;
  bool closed_ = false;
};

}  // namespace runner_shim
