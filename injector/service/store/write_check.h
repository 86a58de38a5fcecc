#pragma once
// Whether the database takes writes: not a standby, not a disk that is full or can only be read.
// Only a write tells, so one is made (it changes nothing), and its outcome believed for a while,
// however often somebody asks.
//
// Thread rule: any thread; one writes, the others wait for its outcome.

#include <chrono>
#include <mutex>
#include <optional>

#include "injector/base/clock.h"
#include "injector/base/result.h"
#include "injector/service/store/database.h"

namespace injector {

class WriteCheck {
 public:
  struct Options {
    // How long it is believed that the database takes writes.
    std::chrono::milliseconds believe{10'000};
    // How long that it takes none: shorter, so that its return is soon known.
    std::chrono::milliseconds doubt{1'000};
  };

  // Both must outlive it.
  WriteCheck(Database& database, const Clock& clock, const Options& options)
      : database_(database), clock_(clock), options_(options) {}

  // The error of the write. Blocking, as Database::Write().
  Status Ask();

 private:
  Database& database_;
  const Clock& clock_;
  const Options options_;
  std::mutex mutex_;
  std::optional<Status> last_;
  std::chrono::steady_clock::time_point until_;  // when `last_` is too old
};

}  // namespace injector
