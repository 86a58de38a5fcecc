#include "injector/service/audit_verify.h"

#include <utility>

#include "injector/service/audit_log.h"
#include "injector/service/audit_replay.h"

namespace injector {
namespace {

std::string NameOf(std::int64_t sequence) { return "event " + std::to_string(sequence); }

// Follows the links. Finds at most one thing: what comes after a broken link says nothing.
class ChainCheck {
 public:
  ChainCheck(const Secret& audit_key, const std::string& org_id, ChainHead first,
             const std::optional<ChainHead>& known)
      : audit_key_(audit_key), org_id_(org_id), last_(std::move(first)), known_(known) {
    NoteKnown();
  }

  // The event, once its link holds; nullopt when it does not.
  Result<std::optional<AuditRecord>> Follow(const StoredEvent& event) {
    if (!finding_.empty()) return std::optional<AuditRecord>();
    ASSIGN_OR_RETURN(std::string mac, ChainMac(audit_key_, last_.mac, event.body));
    Result<AuditRecord> record = ParseAuditRecord(event.body);
    finding_ = FindingOf(event, mac, record);
    if (!finding_.empty()) return std::optional<AuditRecord>();
    last_ = {.sequence = event.sequence, .mac = std::move(mac)};
    NoteKnown();
    return std::optional<AuditRecord>(*std::move(record));
  }

  std::string Finish(const ChainHead& head) const {
    if (!finding_.empty()) return finding_;
    if (head.sequence > last_.sequence) return NameOf(last_.sequence + 1) + " is missing";
    if (head.sequence < last_.sequence || head.mac != last_.mac) {
      return "the head of the chain is not its last event, " + NameOf(last_.sequence);
    }
    if (known_ && !known_seen_) {
      return NameOf(known_->sequence) + " is not the one that was exported: the log was cut";
    }
    return {};
  }

  const ChainHead& last() const { return last_; }

 private:
  std::string FindingOf(const StoredEvent& event, const std::string& mac,
                        const Result<AuditRecord>& record) const {
    if (event.sequence != last_.sequence + 1) return NameOf(last_.sequence + 1) + " is missing";
    if (mac != event.mac || !record.ok() || record->sequence != event.sequence ||
        record->org_id != org_id_) {
      return NameOf(event.sequence) + " was altered, or is not in its place";
    }
    const bool same_columns =
        ToUnixSeconds(record->time) == event.at && record->actor == event.actor &&
        record->event.action == event.action && record->event.connection == event.connection &&
        record->event.repo == event.repo;
    return same_columns ? "" : NameOf(event.sequence) + " has altered columns to search by";
  }

  void NoteKnown() {
    if (known_ && known_->sequence == last_.sequence && known_->mac == last_.mac) {
      known_seen_ = true;
    }
  }

  const Secret& audit_key_;
  const std::string& org_id_;
  ChainHead last_;
  const std::optional<ChainHead>& known_;
  bool known_seen_ = false;
  std::string finding_;
};

Result<AuditReport> Verify(SqlSession& session, const Secret& audit_key, const KeyRing& ring,
                           const std::string& org_id, const std::optional<ChainHead>& known) {
  ASSIGN_OR_RETURN(ChainHead first, FirstHead(audit_key, org_id));
  ChainCheck chain(audit_key, org_id, std::move(first), known);
  AuditReplay replay;
  RETURN_IF_ERROR(VisitEvents(session, org_id, 0, [&](const StoredEvent& event) -> Status {
    ASSIGN_OR_RETURN(const std::optional<AuditRecord> record, chain.Follow(event));
    if (record) replay.Apply(*record);
    return {};
  }));
  ASSIGN_OR_RETURN(const ChainHead head, ReadHead(session, org_id));
  AuditReport report{.events = chain.last().sequence, .head = chain.last(), .findings = {}};
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
