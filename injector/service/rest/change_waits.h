#pragma once
// Requests that wait until something changes for their org. One question to the database a second
// and org serves all of them, and shows what other replicas have changed; what this one has changed
// is known at once.
//
// Thread rule: any thread.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector::rest {

class ChangeWaits {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  struct Options {
    std::size_t most = 512;  // that wait at a time; each holds a thread
    std::chrono::milliseconds interval{1000};
  };

  // `desk` must outlive it.
  ChangeWaits(Desk& desk, const Options& options) : desk_(desk), options_(options) {}

  // Waits until the org's revision is above `revision`, until `deadline`, or until `stopping`.
  // Whether it is above. TooManyWaiting() when there is no room; else errors of the database.
  Result<bool> Await(const std::string& org_id, std::int64_t revision, Moment deadline,
                     const std::stop_token& stopping);

  // Something of the org may have changed: whoever waits looks now.
  void Notify(const std::string& org_id);

  std::size_t waiting() const;

 private:
  struct Org {
    std::size_t waiting = 0;
    std::int64_t revision = 0;  // as last seen
    Moment looked = {};
    bool looking = false;  // somebody asks the database just now
  };
  Result<bool> AwaitIn(Org& org, const std::string& org_id, std::int64_t revision, Moment deadline,
                       const std::stop_token& stopping);
  // Wakes all who wait. Requires: mutex_ is held.
  void Tell();
  Status Look(Org& org, const std::string& org_id, std::unique_lock<std::mutex>& lock);

  Desk& desk_;
  const Options options_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Org> orgs_;  // those that somebody waits for
  std::size_t waiting_ = 0;
  std::uint64_t news_ = 0;  // counts calls of Tell()
};

}  // namespace injector::rest
