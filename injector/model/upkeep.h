#pragma once
// When a connection needs somebody: its credentials end (expiresAt), or are to be replaced by new
// ones (rotateEvery, counted from when one of its secrets changed last).

#include <chrono>
#include <optional>
#include <string_view>

namespace injector {

// A whole number of days or hours, as rotateEvery says it: "90d", "12h"; from 1h to 3650d. nullopt
// for anything else.
std::optional<std::chrono::hours> ParsePeriod(std::string_view text);

// How long before something is due people are told.
inline constexpr std::chrono::days kUpkeepNotice{14};

enum class UpkeepState { kFine, kDueSoon, kOverdue, kExpired };

// "fine", "dueSoon", "overdue", "expired".
std::string_view UpkeepStateName(UpkeepState state);

struct Upkeep {
  std::optional<std::chrono::sys_seconds> expires_at = {};
  std::optional<std::chrono::sys_seconds> rotate_by = {};
  // kUpkeepNotice before the first of the two; before a rotation at most half of its period, so
  // that what is replaced every week is not always due.
  std::optional<std::chrono::sys_seconds> remind_at = {};
};

// `expires_at` and `rotate_every` as a connection has them (connection.h). Without `rotated_at`,
// and for texts that CheckConnection() would refuse, nothing is due by them.
Upkeep UpkeepOf(std::string_view expires_at, std::string_view rotate_every,
                std::optional<std::chrono::sys_seconds> rotated_at);

UpkeepState StateAt(const Upkeep& upkeep, std::chrono::system_clock::time_point now);

}  // namespace injector
