#pragma once
// EventLoop: the one poll(2) loop of the process. Everything the supervisor waits for - signals,
// the child's end, output to read, room to write, timers - is a callback here, so nothing runs in a
// signal handler and nothing needs a lock.
//
// Thread rule: one thread. A callback may create and destroy watches and timers, its own included.

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "injector/base/result.h"

namespace runner_shim {

class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;

  EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Waits for the next event and runs the callbacks of all that are ready: watches in the order of
  // their creation, then timers that are due, the earliest first. Blocks for ever when there is
  // nothing to wait for.
  injector::Status RunOnce();

 private:
  friend class FdWatch;
  friend class Timer;
  struct WatchEntry {
    int fd;
    short events;
    bool alive;
    std::function<void(short)> ready;
  };
  struct TimerEntry {
    Clock::time_point due;
    bool running;
    bool alive;
    std::function<void()> expired;
  };

  TimerEntry* EarliestTimer() const;  // of those that run; null: none does
  int TimeoutMilliseconds() const;
  void RunDueTimers();
  void RemoveDeadEntries();

  // Entries outlive their handles until no callback runs, so a callback may destroy itself.
  std::vector<std::unique_ptr<WatchEntry>> watches_;
  std::vector<std::unique_ptr<TimerEntry>> timers_;
};

// Calls `ready` with the poll(2) revents of `fd` while it exists. Does not own the descriptor;
// must go before the loop does.
class FdWatch {
 public:
  // For SetEvents: not polled at all. (Events 0 still reports POLLERR and POLLHUP.)
  static constexpr short kPaused = -1;

  FdWatch(EventLoop& loop, int fd, short events, std::function<void(short revents)> ready);
  ~FdWatch() { entry_->alive = false; }
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  void SetEvents(short events) { entry_->events = events; }

 private:
  EventLoop::WatchEntry* entry_;
};

// A one-shot timer that can be started again. Must go before the loop does.
class Timer {
 public:
  Timer(EventLoop& loop, std::function<void()> expired);
  ~Timer() { entry_->alive = false; }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Expires once, `delay` from now; a running timer is set anew.
  void Start(EventLoop::Clock::duration delay);
  void Cancel() { entry_->running = false; }
  bool running() const { return entry_->running; }

 private:
  EventLoop::TimerEntry* entry_;
};

}  // namespace runner_shim
