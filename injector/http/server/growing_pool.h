#pragma once
// Threads for connections: as many as there are connections, up to a limit. A pool of a fixed size,
// as cpp-httplib brings, would be used up by as many idle keep-alive clients.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "injector/base/unique_fd.h"

namespace injector::http {

class GrowingPool {
 public:
  // `most`: threads at a time; further work waits for one of them.
  explicit GrowingPool(std::size_t most);
  ~GrowingPool() { Shutdown(); }
  GrowingPool(const GrowingPool&) = delete;
  GrowingPool& operator=(const GrowingPool&) = delete;

  void Enqueue(std::function<void()> work);
  // Waits for all work, queued or under way.
  void Shutdown();

  // Readable while whoever only waits for a client should give up its thread: work is waiting and
  // every thread is taken, or HurryForGood() was called.
  int hurry() const { return hurry_.get(); }
  bool IsHurrying();
  void HurryForGood();

 private:
  void Work();
  // Requires: mutex_ is held.
  void SetHurry();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
  bool for_good_ = false;
  bool hurrying_ = false;
  const UniqueFd hurry_;  // eventfd(2)
};

}  // namespace injector::http
