#include "injector/service/audit_prune.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "injector/service/audit_anchor.h"
#include "injector/service/audit_file.h"
#include "injector/service/audit_log.h"
#include "injector/service/chain_check.h"
#include "injector/service/last_used.h"
#include "injector/service/stored_envelope.h"

namespace injector {
namespace {

// The org's line is held for the removal of so many.
constexpr std::int64_t kBatch = 5000;

Result<AuditFileHeader> HeaderOf(SqlSession& session, const Secret& audit_key,
                                 const std::string& org_id, const ChainHead& after) {
  ASSIGN_OR_RETURN(const SqlRow row, session.QueryOne("SELECT key_id, data_key_id, wrapped_key, "
                                                      "key_encrypted FROM orgs WHERE id = :1",
                                                      {org_id}, "org"));
  return MakeAuditFileHeader(audit_key, org_id, after, ReadEnvelope(row, 0));
}

// Hands out events up to a time, behind a header, each once its link holds.
class OldEvents {
 public:
  using Write = std::function<Status(std::string_view)>;

  OldEvents(ChainCheck& chain, const AuditFileHeader& header, TimePoint before, const Write& write)
      : chain_(chain), header_(header), before_(ToUnixSeconds(before)), write_(write) {}

  // Whether it was one of them.
  Result<bool> Take(const StoredEvent& event) {
    if (event.at >= before_) return false;
    if (chain_.last().sequence == header_.after.sequence) {
      RETURN_IF_ERROR(write_(WriteAuditFileHeader(header_)));
    }
    RETURN_IF_ERROR(chain_.Follow(event));
    if (!chain_.finding().empty()) return Error(ErrorCode::kDataLoss, chain_.finding());
    RETURN_IF_ERROR(write_(WriteAuditLine(event)));
    return true;
  }

 private:
  ChainCheck& chain_;
  const AuditFileHeader& header_;
  std::int64_t before_;
  const Write& write_;
};

AuditEvent PruneEvent(const ChainHead& after, const ChainHead& last) {
  AuditEvent event;
  event.action = "audit.prune";
  event.details = {{"first", std::to_string(after.sequence + 1)},
                   {"last", std::to_string(last.sequence)},
                   {"mac", last.mac}};
  return event;
}

// Whether the log is still the one that was exported up to `last`: after a restored backup others
// may stand under these numbers.
Status CheckExported(Act& act, const ChainHead& last) {
  ASSIGN_OR_RETURN(const std::vector<StoredEvent> events,
                   ReadEvents(act.session(), act.org_id(), last.sequence - 1, 1));
  if (!events.empty() && events.front().mac == last.mac) return {};
  return Error(ErrorCode::kFailedPrecondition,
               "event " + std::to_string(last.sequence) + " is not the one that was exported");
}

// Moves the anchor on, at most to `last`. Where it stands then.
Result<ChainHead> MoveAnchor(Act& act, const ChainHead& after, const ChainHead& last) {
  const Secret& key = act.keys().audit;
  ASSIGN_OR_RETURN(AuditAnchor anchor, ReadAnchor(act.session(), key, act.org_id()));
  if (anchor.last.sequence != after.sequence) {
    return Error(ErrorCode::kFailedPrecondition,
                 "somebody else has removed events of this log meanwhile");
  }
  RETURN_IF_ERROR(CheckNothingBefore(act.session(), act.org_id(), anchor.last));
  RETURN_IF_ERROR(CheckExported(act, last));
  const std::optional<ChainHead> none;
  ChainCheck chain(key, act.org_id(), anchor.last, none);
  const std::int64_t end = std::min(last.sequence, after.sequence + kBatch);
  ASSIGN_OR_RETURN(const std::vector<StoredEvent> events,
                   ReadEvents(act.session(), act.org_id(), after.sequence, end - after.sequence));
  for (const StoredEvent& event : events) {
    ASSIGN_OR_RETURN(const std::optional<AuditRecord> record, chain.Follow(event));
    if (!record) return Error(ErrorCode::kDataLoss, chain.finding());
    anchor.replay.Apply(*record);
  }
  if (chain.last().sequence != end) {
    return Error(ErrorCode::kDataLoss,
                 "event " + std::to_string(chain.last().sequence + 1) + " is missing");
  }
  anchor.last = chain.last();
  RETURN_IF_ERROR(act.session().Execute(
      "DELETE FROM audit_events WHERE org_id = :1 AND sequence <= :2", {act.org_id(), end}));
  RETURN_IF_ERROR(WriteAnchor(act.session(), key, act.org_id(), anchor));
  act.Record(PruneEvent(after, anchor.last));
  return anchor.last;
}

}  // namespace

Result<AuditRange> ExportOldEvents(Desk& desk, const std::string& org_id, TimePoint before,
                                   const std::function<Status(std::string_view line)>& write) {
  return desk.database().Read<AuditRange>([&](SqlSession& session) -> Result<AuditRange> {
    ASSIGN_OR_RETURN(const auto keys, desk.keys().Of(session, org_id));
    ASSIGN_OR_RETURN(const AuditAnchor anchor, ReadAnchor(session, keys->audit, org_id));
    RETURN_IF_ERROR(CheckNothingBefore(session, org_id, anchor.last));
    ASSIGN_OR_RETURN(const AuditFileHeader header,
                     HeaderOf(session, keys->audit, org_id, anchor.last));
    const std::optional<ChainHead> none;
    ChainCheck chain(keys->audit, org_id, anchor.last, none);
    OldEvents old(chain, header, before, write);
    for (bool more = true; more;) {
      ASSIGN_OR_RETURN(const std::vector<StoredEvent> events,
                       ReadEvents(session, org_id, chain.last().sequence, kBatch));
      more = !events.empty();
      for (std::size_t i = 0; more && i < events.size(); ++i) {
        ASSIGN_OR_RETURN(more, old.Take(events[i]));
      }
    }
    return AuditRange{.after = anchor.last, .last = chain.last()};
  });
}

Status RemoveEvents(Desk& desk, const std::string& org_id, const AuditRange& range) {
  // It reads the log: what is removed before that would never be noted.
  RETURN_IF_ERROR(NoteLastUses(desk));
  ChainHead at = range.after;
  while (at.sequence < range.last.sequence) {
    ASSIGN_OR_RETURN(at, desk.RunAct<ChainHead>(org_id, "operator", [&](Act& act) {
      return MoveAnchor(act, at, range.last);
    }));
  }
  return {};
}

}  // namespace injector
