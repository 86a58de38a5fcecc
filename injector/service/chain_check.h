#pragma once
// Follows the links of an org's chain, in the database or in a file of exported events.

#include <optional>
#include <string>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/service/audit_chain.h"
#include "injector/service/audit_event.h"
#include "injector/service/audit_log.h"

namespace injector {

// Finds at most one thing: what comes after a broken link says nothing.
class ChainCheck {
 public:
  // `before`: the link that the first event hangs on. All must outlive it.
  ChainCheck(const Secret& audit_key, const std::string& org_id, ChainHead before,
             const std::optional<ChainHead>& known);

  // The event, once its link holds; nullopt when it does not.
  Result<std::optional<AuditRecord>> Follow(const StoredEvent& event);

  // What was found; "" for nothing.
  const std::string& finding() const { return finding_; }
  // The same, once all events have been followed: also when `head` is not the last of them, or
  // `known` is none of them.
  std::string Finish(const ChainHead& head) const;

  const ChainHead& last() const { return last_; }

 private:
  std::string FindingOf(const StoredEvent& event, const std::string& mac,
                        const Result<AuditRecord>& record) const;
  void NoteKnown();

  const Secret& audit_key_;
  const std::string& org_id_;
  ChainHead last_;
  const std::optional<ChainHead>& known_;
  bool known_seen_ = false;
  std::string finding_;
};

}  // namespace injector
