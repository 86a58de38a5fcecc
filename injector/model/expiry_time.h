#pragma once

#include <string>
#include <string_view>

namespace injector {

// When credentials end, as people write it: an RFC 3339 time, or a plain date, "2027-01-31", which
// means the end of that day in UTC. As an RFC 3339 time; any other text as it is, for
// CheckConnection() to refuse.
std::string ExpiryTime(std::string_view text);

}  // namespace injector
