#include "injector/service/store/answer_watch.h"

#include <fcntl.h>
#include <sys/socket.h>

namespace injector {

AnswerWatch::AnswerWatch(int socket, std::chrono::milliseconds patience)
    : socket_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)),
      patience_(patience),
      thread_([this](const std::stop_token& stopping) { Work(stopping); }) {}

void AnswerWatch::Begin() {
  const std::lock_guard lock(mutex_);
  deadline_ = std::chrono::steady_clock::now() + patience_;
  // Awake, it looks at the deadline when the one before is over, which is soon enough: statements
  // follow each other, and telling it of each would cost more than they do.
  if (sleeping_) changed_.notify_one();
}

void AnswerWatch::End() {
  const std::lock_guard lock(mutex_);
  deadline_.reset();
}

void AnswerWatch::Work(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  while (!stopping.stop_requested()) {
    if (!deadline_) {
      sleeping_ = true;
      changed_.wait(lock, stopping, [this] { return deadline_.has_value(); });
      sleeping_ = false;
    } else if (std::chrono::steady_clock::now() < *deadline_) {
      // To the end, though the answer may come before.
      changed_.wait_until(lock, stopping, Moment(*deadline_), [] { return false; });
    } else {
      ::shutdown(socket_.get(), SHUT_RDWR);
      deadline_.reset();
    }
  }
}

}  // namespace injector
