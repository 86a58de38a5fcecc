#pragma once
// The two clocks, as an interface so that tests decide what time it is.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace injector {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point Now() const = 0;
  // For durations and deadlines: never jumps.
  virtual std::chrono::steady_clock::time_point Monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::now();
  }
  std::chrono::steady_clock::time_point Monotonic() const override {
    return std::chrono::steady_clock::now();
  }
};

// RFC 3339 in UTC with whole seconds: "2026-01-31T08:05:00Z".
std::string FormatRfc3339(std::chrono::system_clock::time_point time);

// Any RFC 3339 date-time of the years 0000 to 9999: with a fraction (which is cut off), an offset
// and a leap second where wanted. nullopt for everything else, days that there are not included.
// Seconds, because finer points in time do not reach all those years.
std::optional<std::chrono::sys_seconds> ParseRfc3339(std::string_view text);

}  // namespace injector
