#pragma once
// SignalReader: signals as things to read (signalfd(2)). Two descriptors, because real-time signals
// can be sent faster than the job takes them: then reading those can pause, so that their senders
// meet the limit of our queue (EAGAIN), while TERM and the like still get through.
//
// Requires: InheritedState::TakeOver() has blocked the signals. One thread.

#include <signal.h>
#include <sys/types.h>

#include <optional>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"

namespace runner_shim {

struct ReceivedSignal {
  int number = 0;
  int code = 0;  // si_code: SI_USER, SI_QUEUE, SI_KERNEL …
  pid_t sender = 0;
  uid_t sender_uid = 0;
  sigval value{};

  // Sent by sigqueue(3), a timer or a message queue: it carries a value.
  bool HasValue() const { return code < 0 && code != SI_TKILL; }
};

class SignalReader {
 public:
  static injector::Result<SignalReader> Create();

  // To be polled for reading.
  int standard_fd() const { return standard_.get(); }
  int real_time_fd() const { return real_time_.get(); }

  // The next signal, without waiting; nothing when there is none. Signals that this process caused
  // itself (SIGPIPE and SIGXFSZ of a write, one that came back from a group it belongs to) are
  // dropped: they are not meant for the job.
  std::optional<ReceivedSignal> NextStandard() const;
  std::optional<ReceivedSignal> NextRealTime() const;

 private:
  SignalReader(injector::UniqueFd standard, injector::UniqueFd real_time)
      : standard_(std::move(standard)), real_time_(std::move(real_time)) {}

  injector::UniqueFd standard_;
  injector::UniqueFd real_time_;
};

}  // namespace runner_shim
