#pragma once
// What the tables should hold, by the audit log.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/service/audit_event.h"
#include "injector/service/store/sql_session.h"

namespace injector {

class AuditReplay {
 public:
  // Requires: the events of one org's chain in their order.
  void Apply(const AuditEvent& event);

  // One sentence for each difference.
  Result<std::vector<std::string>> CompareWithTables(SqlSession& session,
                                                     const std::string& org_id) const;

 private:
  // Things by what names them in findings, each with the state that its last event left it in.
  using State = std::map<std::string, std::string>;

  static Result<State> ReadConnections(SqlSession& session, const std::string& org_id);
  static Result<State> ReadAttachments(SqlSession& session, const std::string& org_id);
  static Result<State> ReadTokens(SqlSession& session, const std::string& org_id);

  State connections_;
  State attachments_;
  State tokens_;
};

}  // namespace injector
