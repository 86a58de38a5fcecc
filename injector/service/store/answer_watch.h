#pragma once
// Ends the wait for a server that takes what it is sent and never answers: a process that stands
// still, a disk that hangs. The kernel over there acknowledges, so neither keep-alive nor a
// time-out of the connection notices, the server's own time-outs do not run, and libpq waits for
// ever. Here another thread shuts the connection down, and whoever waits is told that it broke.
//
// Thread rule: one thread at a time, as the session that it belongs to.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "injector/base/unique_fd.h"

namespace injector {

class AnswerWatch {
 public:
  // Watches the connection of `socket`, which is not closed by it; `patience` is for each Wait.
  AnswerWatch(int socket, std::chrono::milliseconds patience);

  // As long as it is there an answer is awaited.
  class Wait {
   public:
    explicit Wait(AnswerWatch& watch) : watch_(watch) { watch_.Begin(); }
    ~Wait() { watch_.End(); }
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    AnswerWatch& watch_;
  };

 private:
  using Moment = std::chrono::steady_clock::time_point;

  void Begin();
  void End();
  void Work(const std::stop_token& stopping);

  // Its own descriptor of the connection: libpq closes one that broke, and the number is another's.
  const UniqueFd socket_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Moment> deadline_;  // somebody waits
  bool sleeping_ = false;           // the thread, until it is told
  std::jthread thread_;             // last: it uses the others
};

}  // namespace injector
