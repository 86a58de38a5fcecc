#include "injector/base/duration.h"

#include <charconv>
#include <cstdint>

namespace injector {
namespace {

// Milliseconds in one `unit`; 0 for a unit that we do not know.
std::int64_t MillisecondsIn(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s" || unit.empty()) return 1000;
  if (unit == "m") return 60 * 1000;
  if (unit == "h") return 60 * 60 * 1000;
  return 0;
}

}  // namespace

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  constexpr std::int64_t kLongest = 1000LL * 60 * 60 * 1000;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::int64_t factor = MillisecondsIn(unit);
  if (error != std::errc() || count < 0 || factor == 0 || count > kLongest / factor) {
    return Error(ErrorCode::kInvalidArgument,
                 "expected a duration like 500ms, 2s, 5m or 1h, at most 1000h");
  }
  return std::chrono::milliseconds(count * factor);
}

}  // namespace injector
