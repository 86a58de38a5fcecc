#pragma once
// Which programs serve a database just now, and which master key each of them wraps with: so that
// whoever changes the key sees that all have been given the new one before any needs it.
//
// By their own clocks; what those differ counts, so much less than kGoneAfter.

#include <chrono>
#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector {

// How often a program says that it serves.
inline constexpr std::chrono::seconds kSayInterval{10};
// One that has not said so for so long does not any more.
inline constexpr std::chrono::seconds kGoneAfter{30};

// Of this program. Thread rule: one thread.
class ServingProgram {
 public:
  // `desk` must outlive it.
  explicit ServingProgram(Desk& desk) : desk_(desk) {}
  ServingProgram(const ServingProgram&) = delete;
  ServingProgram& operator=(const ServingProgram&) = delete;
  // Says that it serves no more, if the database is there to be told.
  ~ServingProgram();

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
  std::int64_t without_key = 0;  // those whose key in use is another
};

// Of the programs that serve now.
Result<ServingCount> CountServing(Desk& desk, const std::string& key_id);

}  // namespace injector
