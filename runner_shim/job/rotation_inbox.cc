#include "runner_shim/job/rotation_inbox.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <utility>

namespace runner_shim {

using injector::Error;
using injector::Result;
using injector::UniqueFd;

Result<std::unique_ptr<RotationInbox>> RotationInbox::Open() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd.valid()) return Error::FromErrno(errno, "eventfd");
  return std::unique_ptr<RotationInbox>(new RotationInbox(std::move(fd)));
}

JobChangeOutcome RotationInbox::Post(JobChange change) {
  std::unique_lock lock(mutex_);
  if (closed_) return {};
  change_ = std::move(change);
  answer_.reset();
  // Fails only when its counter is full, and then it is readable all the same.
  static_cast<void>(::eventfd_write(fd_.get(), 1));
  answered_.wait(lock, [this] { return closed_ || answer_.has_value(); });
  change_.reset();
  return answer_ ? *std::exchange(answer_, std::nullopt) : JobChangeOutcome();
}

void RotationInbox::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  answered_.notify_all();
}

std::optional<JobChange> RotationInbox::Take() {
  eventfd_t count = 0;
  static_cast<void>(::eventfd_read(fd_.get(), &count));
  const std::lock_guard lock(mutex_);
  return std::exchange(change_, std::nullopt);
}

void RotationInbox::Answer(JobChangeOutcome outcome) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(outcome);
  answered_.notify_all();
}

}  // namespace runner_shim
