#pragma once
// Notices what is due (injector/model/upkeep.h): each time that something comes due it goes into
// the log, once, whichever of the serving programs sees it first. What is due is told from the
// clear copies in the database: whoever writes there can keep reminders away, and nothing else.

#include <cstddef>

#include "injector/base/result.h"
#include "injector/service/desk.h"

namespace injector {

// The action of the event: "connection.due". Its details say `expiresAt` or `rotateBy`,
// whichever it is.
inline constexpr std::string_view kConnectionDue = "connection.due";

// Of all orgs, by their state now.
struct DueCounts {
  std::size_t due_soon = 0;
  std::size_t overdue = 0;
  std::size_t expired = 0;
};

// Records what has come due since it was called last, and counts what is.
Result<DueCounts> WatchUpkeep(Desk& desk);

}  // namespace injector
