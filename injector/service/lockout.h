#pragma once
// Counting failed logins. In memory, each replica for itself: guessing 256 bits is hopeless anyway;
// this keeps the noise of it away from the database and the log.
//
// Thread rule: any thread. Memory: at most 10,000 entries each; when full, expired ones go, then
// all.

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "injector/base/clock.h"
#include "injector/service/limits.h"

namespace injector {

inline constexpr std::size_t kLockoutEntries = 10'000;

class Lockout {
 public:
  Lockout(const Clock& clock, const ServiceLimits& limits)
      : clock_(clock), failures_(limits.lockout_failures), window_(limits.lockout_window) {}

  // Counts one more failure of `source` with a token of that prefix. How long it should wait: zero
  // for as many failures as the limits allow, from then on until the window that the first of them
  // opened is over.
  std::chrono::seconds CountFailure(const std::string& source, const std::string& prefix);

 private:
  struct Window {
    std::chrono::steady_clock::time_point start;
    int failures = 0;
  };
  const Clock& clock_;
  const int failures_;
  const std::chrono::seconds window_;
  std::mutex mutex_;
  std::map<std::string, Window> windows_;
};

// Failures that are one to whoever reads the log.
struct FailureKind {
  std::string source;  // the address that the request came from
  std::string org_id;  // whose log tells of it
  std::string issuer;  // of a job's token; may be empty, as the next
  std::string why;     // one of a few texts, or a map of them would know no end

  bool operator<(const FailureKind& other) const {
    return std::tie(source, org_id, issuer, why) <
           std::tie(other.source, other.org_id, other.issuer, other.why);
  }
};

// Says which failures go into the audit log: one of a kind in a minute, with a count, so that noise
// of one kind hides nothing of another. What is counted and not followed by another failure is to
// be asked for, by TakeUnreported().
class FailureReport {
 public:
  explicit FailureReport(const Clock& clock) : clock_(clock) {}

  struct Unreported {
    FailureKind kind;
    int failures = 0;
  };
  enum class Which { kOfAMinuteAgo, kAll };

  // How many failures of that kind to report now; nullopt: none, one has been reported less than a
  // minute ago, and this one counts with the next.
  std::optional<int> CountFailure(const FailureKind& kind);

  // What is to be reported by now; it is not told again.
  std::vector<Unreported> TakeUnreported(Which which);

 private:
  struct Entry {
    std::chrono::steady_clock::time_point reported;
    int unreported = 0;
  };
  const Clock& clock_;
  std::mutex mutex_;
  std::map<FailureKind, Entry> entries_;
};

}  // namespace injector
