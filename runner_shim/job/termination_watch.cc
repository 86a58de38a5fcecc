#include "runner_shim/job/termination_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <system_error>

namespace runner_shim {
namespace {

using injector::Error;
using injector::Result;
using injector::RetryOnEintr;

void Watch(const InheritedState& inherited, int termination, int stop) {
  while (true) {
    std::array<pollfd, 2> polled = {pollfd{termination, POLLIN, 0}, pollfd{stop, POLLIN, 0}};
    const int ready = RetryOnEintr([&] { return ::poll(polled.data(), polled.size(), -1); });
    if (ready < 0 || polled[1].revents != 0) return;
    if (const std::optional<int> signal = inherited.PendingTermination()) ::_exit(128 + *signal);
  }
}

}  // namespace

Result<TerminationWatch> TerminationWatch::Start(const InheritedState& inherited) {
  TerminationWatch watch;
  ASSIGN_OR_RETURN(watch.termination_, inherited.OpenTerminationFd());
  watch.stop_ = injector::UniqueFd(::eventfd(0, EFD_CLOEXEC));
  if (!watch.stop_.valid()) return Error::FromErrno(errno, "eventfd");
  try {
    watch.thread_ =
        std::thread(Watch, std::cref(inherited), watch.termination_.get(), watch.stop_.get());
  } catch (const std::system_error& error) {
    return Error::FromErrno(error.code().value(), "start a thread");
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
