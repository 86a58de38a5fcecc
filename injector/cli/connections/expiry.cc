#include "injector/cli/connections/expiry.h"

#include "injector/base/clock.h"
#include "injector/model/expiry_time.h"
#include "injector/model/upkeep.h"

namespace injector {

Result<std::string> ParseExpiry(std::string_view text, std::chrono::system_clock::time_point now) {
  if (text.empty()) return std::string();
  const std::string time = ExpiryTime(text);
  if (!ParseRfc3339(time)) {
    return Error(ErrorCode::kInvalidArgument, "--expires: expected a date or a time")
        .WithHint("as 2027-01-31, the end of that day in UTC, or 2027-01-31T08:00:00Z");
  }
  if (IsExpired(time, now)) {
    return Error(ErrorCode::kInvalidArgument, "--expires: " + time + " is over already")
        .WithHint("--expires '' means never");
  }
  return time;
}

Result<std::string> CheckedPeriod(const std::string& text) {
  if (text.empty() || ParsePeriod(text)) return text;
  return Error(ErrorCode::kInvalidArgument, "--rotate-every: expected days or hours")
      .WithHint("as 90d or 12h, at most 3650d; '' means never");
}

bool IsExpired(std::string_view expires_at, std::chrono::system_clock::time_point now) {
  const auto end = ParseRfc3339(expires_at);
  // In seconds: finer points in time do not reach the year 9999.
  return end && *end <= std::chrono::floor<std::chrono::seconds>(now);
}

}  // namespace injector
