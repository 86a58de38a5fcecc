#pragma once
// When credentials end, as people write it and as it is judged.

#include <chrono>
#include <string>
#include <string_view>

#include "injector/base/result.h"

namespace injector {

// What --expires takes: an RFC 3339 time, or a plain date, "2027-01-31", which means the end of
// that day in UTC ("2027-01-31T23:59:59Z"); empty: never. RFC 3339, empty for never.
// kInvalidArgument for anything else, and for what is over at `now`.
Result<std::string> ParseExpiry(std::string_view text, std::chrono::system_clock::time_point now);

// What --rotate-every takes: a period (upkeep.h), or empty for never. kInvalidArgument for anything
// else.
Result<std::string> CheckedPeriod(const std::string& text);

// Whether credentials that end at `expires_at` (RFC 3339, empty: never) have ended.
bool IsExpired(std::string_view expires_at, std::chrono::system_clock::time_point now);

}  // namespace injector
