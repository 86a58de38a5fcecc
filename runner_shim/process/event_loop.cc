#include "runner_shim/process/event_loop.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace runner_shim {

using injector::Error;
using injector::Status;

Status EventLoop::RunOnce() {
  RemoveDeadEntries();
  // Callbacks may add watches; those wait for the next round.
  const std::size_t count = watches_.size();
  std::vector<pollfd> polled(count);
  for (std::size_t i = 0; i < count; ++i) {
    const WatchEntry& watch = *watches_[i];
    const bool paused = watch.events == FdWatch::kPaused;
    polled[i] = {
        .fd = paused ? -1 : watch.fd, .events = paused ? short{0} : watch.events, .revents = 0};
  }
  if (::poll(polled.data(), polled.size(), TimeoutMilliseconds()) < 0 && errno != EINTR) {
    return Error::FromErrno(errno, "poll");
  }
  for (std::size_t i = 0; i < count; ++i) {
    WatchEntry& watch = *watches_[i];
    // An earlier callback of this round may have paused or destroyed this one.
    if (polled[i].revents == 0 || !watch.alive || watch.events == FdWatch::kPaused) continue;
    watch.ready(polled[i].revents);
  }
  RunDueTimers();
  return {};
}

EventLoop::TimerEntry* EventLoop::EarliestTimer() const {
  TimerEntry* earliest = nullptr;
  for (const auto& timer : timers_) {
    if (!timer->alive || !timer->running) continue;
    if (earliest == nullptr || timer->due < earliest->due) earliest = timer.get();
  }
  return earliest;
}

int EventLoop::TimeoutMilliseconds() const {
  using std::chrono::milliseconds;
  constexpr int kNoTimer = -1;
  const TimerEntry* earliest = EarliestTimer();
  if (earliest == nullptr) return kNoTimer;
  const auto left = earliest->due - Clock::now();
  if (left <= Clock::duration::zero()) return 0;
  // Rounded up: waking early would mean polling with 0 until the moment comes.
  const auto rounded = std::chrono::ceil<milliseconds>(left).count();
  return static_cast<int>(std::min<milliseconds::rep>(rounded, std::numeric_limits<int>::max()));
}

void EventLoop::RunDueTimers() {
  if (timers_.empty()) return;
  // Taken once: a timer that restarts itself waits for the next round.
  const auto now = Clock::now();
  for (TimerEntry* timer = EarliestTimer(); timer != nullptr && timer->due <= now;
       timer = EarliestTimer()) {
    timer->running = false;
    timer->expired();
  }
}

void EventLoop::RemoveDeadEntries() {
  std::erase_if(watches_, [](const auto& watch) { return !watch->alive; });
  std::erase_if(timers_, [](const auto& timer) { return !timer->alive; });
}

FdWatch::FdWatch(EventLoop& loop, int fd, short events, std::function<void(short)> ready)
    : entry_(loop.watches_
                 .emplace_back(std::make_unique<EventLoop::WatchEntry>(
                     EventLoop::WatchEntry{fd, events, true, std::move(ready)}))
                 .get()) {}

Timer::Timer(EventLoop& loop, std::function<void()> expired)
    : entry_(loop.timers_
                 .emplace_back(std::make_unique<EventLoop::TimerEntry>(
                     EventLoop::TimerEntry{{}, false, true, std::move(expired)}))
                 .get()) {}

void Timer::Start(EventLoop::Clock::duration delay) {
  entry_->due = EventLoop::Clock::now() + delay;
  entry_->running = true;
}

}  // namespace runner_shim
