#pragma once
// The threads that look after what is cached: one for each shared lease, which asks the service for
// changes and renews, and one that reports uses.

#include <atomic>
#include <list>
#include <thread>

#include "injector/sidecar/lease_cache.h"
#include "injector/sidecar/limits.h"

namespace injector::sidecar {

class Upkeep {
 public:
  // `limits` must outlive it.
  explicit Upkeep(const Limits& limits) : limits_(limits) {}
  // Stop().
  ~Upkeep() { Stop(); }
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  // Requires: called once, before the first lease; `cache` outlives the threads. kUnavailable when
  // there can be no thread.
  Status Begin(LeaseCache& cache);

  // Takes the steps of `lease` from now on. False when there can be no thread. One call at a time.
  bool Keep(const LeaseHandle& lease);

  // Gives up what is under way. Blocking, for a moment.
  void Stop();

 private:
  struct Keeper {
    std::atomic<bool> is_done = false;
    std::jthread thread;
  };
  void Report(const std::stop_token& stop);

  const Limits& limits_;
  LeaseCache* cache_ = nullptr;
  std::list<Keeper> keepers_;
  std::jthread reporter_;
};

}  // namespace injector::sidecar
