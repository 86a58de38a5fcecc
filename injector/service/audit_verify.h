#pragma once
// Whether the audit log is whole, and whether the tables are what it says they are.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/audit_chain.h"
#include "injector/service/desk.h"

namespace injector {

struct AuditReport {
  std::int64_t events = 0;  // links that hold
  ChainHead head;           // the last of them: to be kept elsewhere
  ChainHead anchor;         // what the first of them hangs on; 0: the beginning of the chain
  // Empty: all is well. Else one sentence each. A broken chain is one finding, the first broken
  // link, and the tables are then not compared: nobody knows what they should be.
  std::vector<std::string> findings;
};

// Verifies the chain of an org from its first event, or where older ones were removed
// (audit_prune.h) from the anchor, then replays it: each connection, version of one, attachment and
// token in the tables must come from its event, be at the version and scope that the last of its
// events left it at, made by whom and when the log says, and none may be missing; and each version
// must open. `known` is a head that was exported earlier; when it is no link of the chain, newer
// events have been cut off and replaced. kNotFound when there is no such org; kFailedPrecondition
// when `known` is older than the anchor.
Result<AuditReport> VerifyAudit(Desk& desk, const std::string& org_id,
                                const std::optional<ChainHead>& known = {});

}  // namespace injector
