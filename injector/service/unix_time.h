#pragma once
// Times as the database keeps them: whole seconds since 1970 UTC.

#include <chrono>
#include <cstdint>

namespace injector {

using TimePoint = std::chrono::system_clock::time_point;

inline std::int64_t ToUnixSeconds(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
inline TimePoint FromUnixSeconds(std::int64_t seconds) {
  return TimePoint(std::chrono::seconds(seconds));
}

}  // namespace injector
