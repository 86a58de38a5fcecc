#pragma once
// The two clocks, as an interface so that tests decide what time it is.

#include <chrono>
#include <string>

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

}  // namespace injector
