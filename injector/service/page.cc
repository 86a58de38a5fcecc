#include "injector/service/page.h"

#include <charconv>
#include <limits>

namespace injector {

Result<std::int64_t> ParsePosition(const std::string& after) {
  if (after.empty()) return std::numeric_limits<std::int64_t>::max();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), number);
  if (error != std::errc() || end != after.data() + after.size()) {
    return Error(ErrorCode::kInvalidArgument, "after: expected a number");
  }
  return number;
}

}  // namespace injector
