#pragma once
// Reading the audit log: for people, page by page; and whole, to keep it elsewhere.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/audit_chain.h"
#include "injector/service/audit_event.h"
#include "injector/service/desk.h"
#include "injector/service/page.h"
#include "injector/service/principal.h"
#include "injector/service/unix_time.h"

namespace injector {

// What is empty does not matter.
struct AuditFilter {
  std::string actor = {};
  std::string connection = {};  // id
  std::string repo = {};
  std::optional<TimePoint> since = {};
  std::optional<TimePoint> until = {};  // not included
};

class AuditLog {
 public:
  explicit AuditLog(Desk& desk) : desk_(desk) {}

  // Newest first. PageRequest::after is a sequence number. As it is stored: whether the chain holds
  // is for VerifyAudit() to say; an event that cannot be read shows as one without an action.
  Result<Page<AuditRecord>> List(const Principal& principal, const AuditFilter& filter,
                                 const PageRequest& page);

 private:
  Desk& desk_;
};

// An event as stored, unread.
struct StoredEvent {
  std::int64_t sequence = 0;
  std::int64_t at = 0;
  std::string actor;
  std::string action;
  std::string connection;
  std::string repo;
  std::string body;
  std::string mac;
};

// Up to `limit` of those after `after`, oldest first.
Result<std::vector<StoredEvent>> ReadEvents(SqlSession& session, const std::string& org_id,
                                            std::int64_t after, std::int64_t limit);

// Calls `visit` for each event after `after`, oldest first; stops with its error.
Status VisitEvents(SqlSession& session, const std::string& org_id, std::int64_t after,
                   const std::function<Status(const StoredEvent&)>& visit);

// One line for each event after `after` that the filter lets through, without newline: the event's
// JSON with a last member "mac". For the operator; no principal, not recorded.
Status ExportAudit(Desk& desk, const std::string& org_id, std::int64_t after,
                   const std::function<Status(std::string_view line)>& write,
                   const AuditFilter& filter = {});

// The newest link. Kept elsewhere, it shows later that nothing was cut off (VerifyAudit()).
Result<ChainHead> ReadHead(SqlSession& session, const std::string& org_id);

}  // namespace injector
