#pragma once
// Removing old events from the log, once they are kept elsewhere. What is there afterwards hangs on
// an anchor (audit_anchor.h), so that it verifies as before. For the operator; each removal is an
// event itself, "audit.prune".

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "injector/base/result.h"
#include "injector/service/audit_chain.h"
#include "injector/service/desk.h"

namespace injector {

struct AuditRange {
  ChainHead after;  // the link that the first event of it hangs on
  ChainHead last;   // its last event; as `after` when it is empty
  std::int64_t size() const { return last.sequence - after.sequence; }
};

// Hands out the lines of a file (audit_file.h) with the oldest events, up to the first that is not
// from before `before`. Nothing for an empty range. kDataLoss for the first link that does not
// hold: a log that was altered is not to be taken apart.
Result<AuditRange> ExportOldEvents(Desk& desk, const std::string& org_id, TimePoint before,
                                   const std::function<Status(std::string_view line)>& write);

// Removes them, some thousands at a time; stopped between, the rest is whole. kFailedPrecondition
// when somebody else has removed events meanwhile, or the log is another one by now. Requires: what
// ExportOldEvents() wrote is safe.
Status RemoveEvents(Desk& desk, const std::string& org_id, const AuditRange& range);

}  // namespace injector
