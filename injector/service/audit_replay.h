#pragma once
// What the tables should hold, by the audit log.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "injector/base/result.h"
#include "injector/crypto/key_ring.h"
#include "injector/service/audit_event.h"
#include "injector/service/store/sql_session.h"

namespace injector {

class AuditReplay {
 public:
  // Requires: the events of one org's chain in their order.
  void Apply(const AuditRecord& record);

  // What it has come to, for FromText(); nullopt for what ToText() does not write.
  std::string ToText() const;
  static std::optional<AuditReplay> FromText(std::string_view text);

  // One sentence for each difference. Every version is opened with `ring`: one that does not open
  // is a difference.
  Result<std::vector<std::string>> CompareWithTables(SqlSession& session, const KeyRing& ring,
                                                     const std::string& org_id) const;

 private:
  // Things by what names them in findings, each with the state that its last event left it in.
  using State = std::map<std::string, std::string>;

  void PutConnection(const AuditRecord& record);
  void RemoveConnection(const std::string& id);

  static Result<State> ReadConnections(SqlSession& session, const std::string& org_id);
  static Result<State> ReadAttachments(SqlSession& session, const std::string& org_id);
  static Result<State> ReadTokens(SqlSession& session, const std::string& org_id);

  // Who has made each version, and when; of versions that do not open, what is wrong with them.
  static Result<State> ReadVersions(SqlSession& session, const KeyRing& ring,
                                    const std::string& org_id);
  // Of the columns that say who has made a connection or token, the same.
  static Result<State> ReadMakings(SqlSession& session, std::string_view table,
                                   const std::string& org_id);

  State connections_;
  State versions_;
  State connection_makings_;
  State attachments_;
  State tokens_;
  State token_makings_;
};

}  // namespace injector
