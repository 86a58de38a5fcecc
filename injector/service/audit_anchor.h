#pragma once
// Where the log in the database begins once older events have been exported and removed: the last
// of these, and what the tables held after it, under a MAC of the org's audit key. Without the key
// nobody makes one; an older one put back shows, for the events between are gone.

#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/service/audit_chain.h"
#include "injector/service/audit_replay.h"
#include "injector/service/store/sql_session.h"

namespace injector {

struct AuditAnchor {
  ChainHead last;      // of what was removed; FirstHead() as long as nothing was
  AuditReplay replay;  // by the events up to there
};

// kDataLoss for an anchor that WriteAnchor() has not written.
Result<AuditAnchor> ReadAnchor(SqlSession& session, const Secret& audit_key,
                               const std::string& org_id);

// kDataLoss for an event at or before `anchor`: none of ours stands there any more, or ever did.
Status CheckNothingBefore(SqlSession& session, const std::string& org_id, const ChainHead& anchor);

// In place of the one there is. Requires: the org's chain is locked (LockHead).
Status WriteAnchor(SqlSession& session, const Secret& audit_key, const std::string& org_id,
                   const AuditAnchor& anchor);

}  // namespace injector
