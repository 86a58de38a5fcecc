#include "injector/model/upkeep.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "injector/base/clock.h"

namespace injector {
namespace {

using std::chrono::sys_seconds;

constexpr sys_seconds kFarAway = std::chrono::sys_days(std::chrono::year(2200) / 1 / 1);

// Hours in one `unit`; 0 for one that we do not know.
std::int64_t HoursIn(std::string_view unit) {
  if (unit == "h") return 1;
  if (unit == "d") return 24;
  return 0;
}

bool IsOver(const std::optional<sys_seconds>& time, std::chrono::system_clock::time_point now) {
  // Compared in seconds: finer points in time do not reach all the years that can be written.
  return time && *time <= std::chrono::floor<std::chrono::seconds>(now);
}

}  // namespace

std::optional<std::chrono::hours> ParsePeriod(std::string_view text) {
  constexpr std::int64_t kLongest = 3650 * 24;
  std::int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, count);
  const std::int64_t hours = HoursIn(std::string_view(stop, static_cast<std::size_t>(end - stop)));
  if (error != std::errc() || hours == 0 || count < 1 || count > kLongest / hours) {
    return std::nullopt;
  }
  return std::chrono::hours(count * hours);
}

std::string_view UpkeepStateName(UpkeepState state) {
  switch (state) {
    case UpkeepState::kFine:
      return "fine";
    case UpkeepState::kDueSoon:
      return "dueSoon";
    case UpkeepState::kOverdue:
      return "overdue";
    case UpkeepState::kExpired:
      return "expired";
  }
  return "";
}

Upkeep UpkeepOf(std::string_view expires_at, std::string_view rotate_every,
                std::optional<sys_seconds> rotated_at) {
  Upkeep upkeep;
  upkeep.expires_at = ParseRfc3339(expires_at);
  if (upkeep.expires_at) upkeep.remind_at = *upkeep.expires_at - kUpkeepNotice;
  const std::optional<std::chrono::hours> period = ParsePeriod(rotate_every);
  // A time that somebody made up could be too far away for the clock.
  const bool is_known = rotated_at && *rotated_at >= sys_seconds() && *rotated_at < kFarAway;
  if (!period || !is_known) return upkeep;
  upkeep.rotate_by = *rotated_at + *period;
  const std::chrono::hours notice = std::min<std::chrono::hours>(kUpkeepNotice, *period / 2);
  const sys_seconds remind_at = *upkeep.rotate_by - notice;
  upkeep.remind_at = std::min(upkeep.remind_at.value_or(remind_at), remind_at);
  return upkeep;
}

UpkeepState StateAt(const Upkeep& upkeep, std::chrono::system_clock::time_point now) {
  if (IsOver(upkeep.expires_at, now)) return UpkeepState::kExpired;
  if (IsOver(upkeep.rotate_by, now)) return UpkeepState::kOverdue;
  return IsOver(upkeep.remind_at, now) ? UpkeepState::kDueSoon : UpkeepState::kFine;
}

}  // namespace injector
