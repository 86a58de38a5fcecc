#pragma once
// Which programs serve a database just now, and which master key each of them wraps with: so that
// whoever changes the key sees that all have been given the new one before any needs it.
//
// A program is gone when its row has stood still while somebody looked: not when it is old, for no
// program could write while the database was away, and clocks differ.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector {

// How often a program says that it serves.
inline constexpr std::chrono::seconds kSayInterval{10};
// One that does not say so for so long while the database answers does not serve any more.
inline constexpr std::chrono::seconds kGoneAfter{30};
// Rows that are older or newer by our clock are not looked at.
inline constexpr std::chrono::hours kRowCounts{1};

// Of this program. It does not say when it ends: whoever looks finds out, however it ended.
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

// For whoever waits until all programs use one key. Thread rule: one thread.
class ServingWatch {
 public:
  // `desk` must outlive it.
  ServingWatch(Desk& desk, std::string key_id) : desk_(desk), key_id_(std::move(key_id)) {}

  // The programs of now: a row of another key counts until it has stood still, or was not there,
  // for kGoneAfter. To be called every second or more often; an error, of the database, begins that
  // time anew.
  Result<ServingCount> Look();

 private:
  struct Seen {
    std::string host;
    std::string key_id;
    std::int64_t seen_at = 0;
    std::chrono::steady_clock::time_point moved_at;
  };
  Result<std::map<std::string, Seen>> Rows() const;

  Desk& desk_;
  std::string key_id_;
  std::map<std::string, Seen> seen_;  // by id
  bool was_away_ = false;
};

}  // namespace injector
