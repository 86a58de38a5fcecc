#pragma once
// Durations as options spell them.

#include <chrono>
#include <string_view>

#include "injector/base/result.h"

namespace injector {

// A whole number followed by ms, s, m or h; without a unit: seconds. "500ms", "2s", "5m", "0". At
// most 1000 hours. kInvalidArgument for anything else.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

}  // namespace injector
