#include "injector/doctor/postgres_error.h"

#include <algorithm>

#include "injector/base/ascii.h"

namespace injector::doctor {
namespace {

constexpr std::size_t kStateSize = 5;
constexpr std::string_view kBefore = ":  ";  // two spaces, between severity and state
constexpr std::string_view kAfter = ": ";

bool IsState(std::string_view text) {
  return text.size() == kStateSize &&
         std::ranges::all_of(text, [](char c) { return IsAsciiDigit(c) || IsAsciiUpper(c); });
}

}  // namespace

PostgresError ParsePostgresError(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  for (std::size_t at = line.find(kBefore); at != line.npos; at = line.find(kBefore, at + 1)) {
    const std::string_view rest = line.substr(at + kBefore.size());
    if (!IsState(rest.substr(0, kStateSize))) continue;
    if (!rest.substr(kStateSize).starts_with(kAfter)) continue;
    return {std::string(rest.substr(0, kStateSize)),
            std::string(rest.substr(kStateSize + kAfter.size()))};
  }
  return {"", std::string(line)};
}

ErrorCode CodeOfPostgresState(std::string_view state) {
  if (state.empty() || state.starts_with("08") || state.starts_with("53") ||
      state.starts_with("57P")) {
    return ErrorCode::kUnavailable;
  }
  if (state.starts_with("28")) return ErrorCode::kUnauthenticated;
  if (state.starts_with("3D")) return ErrorCode::kNotFound;
  if (state == "42501") return ErrorCode::kPermissionDenied;
  return ErrorCode::kFailedPrecondition;
}

}  // namespace injector::doctor
