#include "injector/service/chain_check.h"

#include <utility>

namespace injector {
namespace {

std::string NameOf(std::int64_t sequence) { return "event " + std::to_string(sequence); }

}  // namespace

ChainCheck::ChainCheck(const Secret& audit_key, const std::string& org_id, ChainHead before,
                       const std::optional<ChainHead>& known)
    : audit_key_(audit_key), org_id_(org_id), last_(std::move(before)), known_(known) {
  NoteKnown();
}

Result<std::optional<AuditRecord>> ChainCheck::Follow(const StoredEvent& event) {
  if (!finding_.empty()) return std::optional<AuditRecord>();
  ASSIGN_OR_RETURN(std::string mac, ChainMac(audit_key_, last_.mac, event.body));
  Result<AuditRecord> record = ParseAuditRecord(event.body);
  finding_ = FindingOf(event, mac, record);
  if (!finding_.empty()) return std::optional<AuditRecord>();
  last_ = {.sequence = event.sequence, .mac = std::move(mac)};
  NoteKnown();
  return std::optional<AuditRecord>(*std::move(record));
}

std::string ChainCheck::Finish(const ChainHead& head) const {
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

std::string ChainCheck::FindingOf(const StoredEvent& event, const std::string& mac,
                                  const Result<AuditRecord>& record) const {
  if (event.sequence != last_.sequence + 1) return NameOf(last_.sequence + 1) + " is missing";
  if (mac != event.mac || !record.ok() || record->sequence != event.sequence ||
      record->org_id != org_id_) {
    return NameOf(event.sequence) + " was altered, or is not in its place";
  }
  const bool same_columns = ToUnixSeconds(record->time) == event.at &&
                            record->actor == event.actor && record->event.action == event.action &&
                            record->event.connection == event.connection &&
                            record->event.repo == event.repo;
  return same_columns ? "" : NameOf(event.sequence) + " has altered columns to search by";
}

void ChainCheck::NoteKnown() {
  if (known_ && known_->sequence == last_.sequence && known_->mac == last_.mac) {
    known_seen_ = true;
  }
}

}  // namespace injector
