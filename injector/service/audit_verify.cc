#include "injector/service/audit_verify.h"

#include <utility>

#include "injector/service/audit_anchor.h"
#include "injector/service/audit_log.h"
#include "injector/service/chain_check.h"

namespace injector {
namespace {

// What stands before the anchor can be told from the file that it was exported to alone.
Status CheckKnown(const std::optional<ChainHead>& known, const ChainHead& anchor) {
  if (!known || known->sequence >= anchor.sequence) return {};
  return Error(ErrorCode::kFailedPrecondition,
               "event " + std::to_string(known->sequence) +
                   " has been exported and removed: the log begins after event " +
                   std::to_string(anchor.sequence))
      .WithHint("compare with the file that it was exported to");
}

// A log without a beginning: its links say nothing.
Result<AuditReport> ReportOf(Error error) {
  if (error.code() != ErrorCode::kDataLoss) return error;
  return AuditReport{.events = 0, .head = {}, .anchor = {}, .findings = {error.message()}};
}

Result<AuditReport> Verify(SqlSession& session, const Secret& audit_key, const KeyRing& ring,
                           const std::string& org_id, const std::optional<ChainHead>& known) {
  Result<AuditAnchor> anchor = ReadAnchor(session, audit_key, org_id);
  if (!anchor.ok()) return ReportOf(std::move(anchor).error());
  if (Status begins = CheckNothingBefore(session, org_id, anchor->last); !begins.ok()) {
    return ReportOf(std::move(begins).error());
  }
  RETURN_IF_ERROR(CheckKnown(known, anchor->last));
  ChainCheck chain(audit_key, org_id, anchor->last, known);
  AuditReplay& replay = anchor->replay;
  RETURN_IF_ERROR(
      VisitEvents(session, org_id, anchor->last.sequence, [&](const StoredEvent& event) -> Status {
        ASSIGN_OR_RETURN(const std::optional<AuditRecord> record, chain.Follow(event));
        if (record) replay.Apply(*record);
        return {};
      }));
  ASSIGN_OR_RETURN(const ChainHead head, ReadHead(session, org_id));
  AuditReport report{.events = chain.last().sequence - anchor->last.sequence,
                     .head = chain.last(),
                     .anchor = anchor->last,
                     .findings = {}};
  if (std::string finding = chain.Finish(head); !finding.empty()) {
    report.findings.push_back(std::move(finding));
    return report;
  }
  ASSIGN_OR_RETURN(report.findings, replay.CompareWithTables(session, ring, org_id));
  return report;
}

}  // namespace

Result<AuditReport> VerifyAudit(Desk& desk, const std::string& org_id,
                                const std::optional<ChainHead>& known) {
  return desk.database().Read<AuditReport>([&](SqlSession& session) -> Result<AuditReport> {
    ASSIGN_OR_RETURN(const auto keys, desk.keys().Of(session, org_id));
    const std::shared_ptr<const KeyRing> ring = desk.keys().ring();
    return Verify(session, keys->audit, *ring, org_id, known);
  });
}

}  // namespace injector
