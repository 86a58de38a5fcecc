#pragma once
// What a serving program does beside answering. One thread says that it serves and notices a new
// master key; nothing may keep that waiting. Another one forgets what is over, and notices what is
// due and what was used. Several programs may do so over one database.

#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>

#include "injector/base/result.h"
#include "injector/service/desk.h"
#include "injector/service/serving_programs.h"
#include "injector/service/upkeep_watch.h"

namespace injector {

// How long leases that are over stay, for whoever asks what a job had.
inline constexpr std::chrono::hours kLeaseMemory{24};

// Removes up to `limit` leases that were over kLeaseMemory ago, and as many idempotency keys that
// nobody may use any more. How many rows.
Result<std::size_t> ForgetOldRows(Desk& desk, std::size_t limit);

class Housekeeper {
 public:
  struct Options {
    std::chrono::milliseconds key_interval{1000};
    std::chrono::milliseconds sweep_interval{60'000};
  };
  // Is told what goes wrong; it is tried again.
  using Complain = std::function<void(const Error&)>;
  // Is told with each sweep.
  using TellDue = std::function<void(const DueCounts&)>;

  // From now on the program is one that serves. `desk` must outlive it. `complain` is called
  // in both threads.
  Housekeeper(Desk& desk, const Options& options, Complain complain, TellDue tell_due);
  ~Housekeeper();
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

 private:
  void LookAfterKeys();
  void Sweep(const std::stop_token& stopping);
  Status ForgetAll(const std::stop_token& stopping);

  Desk& desk_;
  const Options options_;
  const Complain complain_;
  const TellDue tell_due_;
  ServingProgram self_;
  std::jthread keys_thread_;
  std::jthread sweep_thread_;
};

}  // namespace injector
