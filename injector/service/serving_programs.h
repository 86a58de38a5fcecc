#pragma once
// Which programs serve a database just now, and which master key each of them wraps with: so that
// whoever changes the key sees that all have been given the new one before any needs it.
//
// By their own clocks: one that differs by more than kGoneAfter is not seen.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector {

// How often a program says that it serves.
inline constexpr std::chrono::seconds kSayInterval{10};
// One that has not said so for so long does not any more.
inline constexpr std::chrono::seconds kGoneAfter{30};

// Of this program. It does not say when it ends: kGoneAfter later it is gone, however it ended.
// Thread rule: one thread.
class ServingProgram {
 public:
  // `desk` must outlive it.
  explicit ServingProgram(Desk& desk) : desk_(desk) {}

  // Writes it down when it is new, another key is in use, or kSayInterval is over. Errors are those
  // of the database.
  Status Say();

 private:
  Desk& desk_;
  std::string id_;
  std::string key_id_;
  std::optional<std::chrono::steady_clock::time_point> said_at_;
};

struct ServingCount {
  std::int64_t all = 0;
  std::vector<std::string> hosts_without_key = {};  // of those whose key in use is another
};

// Of the programs that serve now.
Result<ServingCount> CountServing(Desk& desk, const std::string& key_id);

}  // namespace injector
