#include "runner_shim/job/termination_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "runner_shim/job/messages.h"
#include "runner_shim/process/exit_status.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::RetryOnEintr;

using Clock = std::chrono::steady_clock;

// What the watching thread looks at; a copy of its own, but for `inherited`.
struct Watched {
  const InheritedState* inherited;
  int termination;
  int stop;
  Clock::time_point deadline;
  Error expired;
};

int MillisecondsUntil(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX));
}

void Watch(const Watched& watched) {
  while (true) {
    std::array<pollfd, 2> polled = {pollfd{watched.termination, POLLIN, 0},
                                    pollfd{watched.stop, POLLIN, 0}};
    const int ready = RetryOnEintr(
        [&] { return ::poll(polled.data(), polled.size(), MillisecondsUntil(watched.deadline)); });
    if (ready < 0 || polled[1].revents != 0) return;
    const std::optional<int> signal = watched.inherited->PendingTermination();
    if (signal) ::_exit(kExitSignalBase + *signal);
    if (Clock::now() < watched.deadline) continue;
    SayError(watched.expired);
    ::_exit(injector::ExitStatus(watched.expired.code()));
  }
}

}  // namespace

Result<TerminationWatch> TerminationWatch::Start(const InheritedState& inherited,
                                                 std::chrono::milliseconds limit, Error expired) {
  const Clock::time_point deadline = Clock::now() + limit;
  TerminationWatch watch;
  ASSIGN_OR_RETURN(watch.termination_, inherited.OpenTerminationFd());
  watch.stop_ = injector::UniqueFd(::eventfd(0, EFD_CLOEXEC));
  if (!watch.stop_.valid()) return Error::FromErrno(errno, "eventfd");
  try {
    watch.thread_ = std::thread(Watch, Watched{&inherited, watch.termination_.get(),
                                               watch.stop_.get(), deadline, std::move(expired)});
  } catch (const std::system_error& error) {
    // Not as temporary as its errno says (EAGAIN): a limit is reached.
    return Error(ErrorCode::kInternal, "start a thread: " + error.code().message())
        .WithHint("the number of processes is limited (ulimit -u, or pids.max of the container)");
  }
  return watch;
}

TerminationWatch::~TerminationWatch() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  // An eventfd takes eight bytes at once, and its counter is far from full.
  const ssize_t wrote = ::write(stop_.get(), &one, sizeof one);
  static_cast<void>(wrote);
  thread_.join();
}

}  // namespace runner_shim
