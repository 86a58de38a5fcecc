#include "injector/base/clock.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "injector/base/ascii.h"

namespace injector {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Whether `text` is digits wherever `pattern` has a 0, and equals it elsewhere.
bool MatchesDigits(std::string_view text, std::string_view pattern) {
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                    [](char c, char p) { return p == '0' ? IsAsciiDigit(c) : c == p; });
}

int TwoDigits(std::string_view text, std::size_t at) {
  return 10 * (text[at] - '0') + (text[at + 1] - '0');
}

// "Z", "+02:00", "-11:30": what local time is ahead of UTC.
std::optional<seconds> ParseUtcOffset(std::string_view text) {
  if (text == "Z") return seconds(0);
  const bool well_formed = MatchesDigits(text, "+00:00") || MatchesDigits(text, "-00:00");
  if (!well_formed || TwoDigits(text, 1) > 23 || TwoDigits(text, 4) > 59) return std::nullopt;
  const seconds offset = hours(TwoDigits(text, 1)) + minutes(TwoDigits(text, 4));
  return text[0] == '-' ? -offset : offset;
}

// `text` without the ".123" that it may begin with.
std::string_view WithoutFraction(std::string_view text) {
  if (text.size() < 2 || text[0] != '.' || !IsAsciiDigit(text[1])) return text;
  text.remove_prefix(1);
  while (!text.empty() && IsAsciiDigit(text.front())) text.remove_prefix(1);
  return text;
}

}  // namespace

std::string FormatRfc3339(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

std::optional<std::chrono::sys_seconds> ParseRfc3339(std::string_view text) {
  constexpr std::string_view kDateTime = "0000-00-00T00:00:00";
  if (!MatchesDigits(text.substr(0, kDateTime.size()), kDateTime)) return std::nullopt;
  const std::chrono::year_month_day day(
      std::chrono::year(100 * TwoDigits(text, 0) + TwoDigits(text, 2)),
      std::chrono::month(static_cast<unsigned>(TwoDigits(text, 5))),
      std::chrono::day(static_cast<unsigned>(TwoDigits(text, 8))));
  const int hour = TwoDigits(text, 11);
  const int minute = TwoDigits(text, 14);
  const int second = TwoDigits(text, 17);
  if (!day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto offset = ParseUtcOffset(WithoutFraction(text.substr(kDateTime.size())));
  if (!offset) return std::nullopt;
  return std::chrono::sys_days(day) + hours(hour) + minutes(minute) + seconds(second) - *offset;
}

}  // namespace injector
