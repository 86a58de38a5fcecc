#pragma once
// The audit log of one org as a chain: the MAC of each event is over the event and the MAC before
// it, under a key of that org. Whoever changes, removes, inserts or reorders events without the key
// breaks a link that Verify (audit_verify.h) names. Cutting off the newest events *and* putting the
// head back is the one thing that the chain cannot show: compare the head with one that was
// exported earlier.

#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/service/audit_event.h"
#include "injector/service/store/sql_session.h"

namespace injector {

struct ChainHead {
  std::int64_t sequence = 0;  // 0: no event yet
  std::string mac;            // hex
};

// The MAC of the event with body `body` that follows `previous_mac`, in hex.
Result<std::string> ChainMac(const Secret& audit_key, std::string_view previous_mac,
                             std::string_view body);

// The head of a chain without events.
Result<ChainHead> FirstHead(const Secret& audit_key, const std::string& org_id);

// The head of the org's chain. From now until the transaction ends, no other one writes for this
// org. Requires: a writing transaction. kNotFound when there is no such org.
Result<ChainHead> LockHead(SqlSession& session, const std::string& org_id);

// Appends `records`, numbering them from head.sequence + 1 on. Requires: `head` is from LockHead()
// in this transaction.
Status AppendToChain(SqlSession& session, const Secret& audit_key, const std::string& org_id,
                     ChainHead head, std::vector<AuditRecord> records);

}  // namespace injector
