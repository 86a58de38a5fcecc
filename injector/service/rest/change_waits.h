#pragma once
// Requests that wait until something changes for their org. One question to the database a second
// and org serves all of them, and shows what other replicas have changed; what this one has changed
// is known at once. A wait says from time to time that whoever waits should ask whether it still
// may: leases end and tokens are revoked, at other replicas too.
//
// When there is no room, the org with the most waits gives one up for an org that has fewer, so
// that no org can keep others from waiting.
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
#include <vector>

#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector::rest {

class ChangeWaits {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  struct Options {
    std::size_t most = 512;  // that wait at a time; each holds a thread
    std::chrono::milliseconds interval{1000};
    // How late it is noticed that a lease was released, or a token revoked, at another replica.
    std::chrono::milliseconds recheck{5000};
  };

  enum class Outcome {
    kChanged,  // the org's revision is above the given one
    kRecheck,  // ask whether the lease still is, and the caller still may
    kOver,     // the deadline has come, the server is stopping, or others need the room
  };

  // `desk` must outlive it.
  ChangeWaits(Desk& desk, const Options& options) : desk_(desk), options_(options) {}

  // Waits for the holder of `lease` until one of the outcomes. TooManyWaiting() when there is no
  // room; else errors of the database.
  Result<Outcome> Await(const std::string& org_id, const std::string& lease, std::int64_t revision,
                        Moment deadline, const std::stop_token& stopping);

  // Something of the org may have changed: whoever waits looks now.
  void Notify(const std::string& org_id);
  // Also: the lease may be over; "" stands for any lease of the org.
  void NotifyOver(const std::string& org_id, const std::string& lease);

  std::size_t waiting() const;

 private:
  struct Wait {
    const std::string& lease;
    const std::int64_t revision;
    const Moment deadline;
    const Moment recheck;
    bool is_disturbed = false;
    bool has_lost_its_room = false;
  };
  struct Org {
    std::vector<Wait*> waits;   // those that have room, oldest first
    std::size_t threads = 0;    // those, and others that are just going
    std::int64_t revision = 0;  // as last seen
    Moment looked = {};
    bool looking = false;  // somebody asks the database just now
  };
  // Whether there is room for one more of `org`, made if need be. Requires, as all that follow:
  // mutex_ is held.
  bool MakeRoom(const Org& org);
  void Leave(Org& org, const Wait& wait);
  Result<Outcome> AwaitIn(Org& org, const std::string& org_id, const Wait& wait,
                          const std::stop_token& stopping, std::unique_lock<std::mutex>& lock);
  // Wakes all who wait.
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
