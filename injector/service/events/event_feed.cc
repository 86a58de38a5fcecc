#include "injector/service/events/event_feed.h"

#include <utility>

#include "injector/base/clock.h"
#include "injector/model/json.h"
#include "injector/service/audit_event.h"

namespace injector {
namespace {

// A program that has not said for so long that it sends is gone. Longer than a receiver may take
// for one event, for it is said after each.
constexpr std::chrono::seconds kClaim{60};
// One that has not said it itself for so long says it again before it begins with an event: the
// time that an event may take, and what clocks differ, is left.
constexpr std::chrono::seconds kBeginsWithin{20};

FeedEvent Announce(const AuditRecord& record) {
  FeedEvent event{.org_id = record.org_id,
                  .sequence = record.sequence,
                  .id = record.org_id + ":" + std::to_string(record.sequence),
                  .action = record.event.action,
                  .refused = record.event.outcome == AuditEvent::Outcome::kRefused,
                  .time = record.time,
                  .json = {}};
  std::vector<Value::Member> members;
  members.push_back({"id", Value::String(event.id)});
  members.push_back({"type", Value::String(event.action)});
  members.push_back({"time", Value::String(FormatRfc3339(event.time))});
  members.push_back({"org", Value::String(event.org_id)});
  members.push_back({"event", AuditRecordToJson(record)});
  event.json = WriteJson(Value::Map(std::move(members))).Reveal();
  return event;
}

}  // namespace

EventFeed::EventFeed(Desk& desk, std::string receiver, std::string program)
    : desk_(desk), receiver_(std::move(receiver)), program_(std::move(program)) {}

Result<std::vector<FeedEvent>> EventFeed::Next(std::size_t limit) {
  std::vector<FeedEvent> events;
  ASSIGN_OR_RETURN(const bool is_ours, Claim());
  if (!is_ours) return events;
  ASSIGN_OR_RETURN(const std::vector<Position> positions, Positions());
  for (const Position& position : positions) {
    if (events.size() >= limit) return events;
    ASSIGN_OR_RETURN(Batch more, Read(position, limit - events.size()));
    // Nothing to tell of: not to be looked through again.
    if (more.events.empty()) {
      ASSIGN_OR_RETURN(const bool still_ours, Move(position.org_id, more.end));
      if (!still_ours) return std::vector<FeedEvent>();
    }
    for (FeedEvent& event : more.events) events.push_back(std::move(event));
  }
  return events;
}

Result<bool> EventFeed::IsOurs() {
  // Not the monotonic clock, which stands while a machine sleeps.
  const TimePoint now = desk_.clock().Now();
  if (now >= renewed_at_ && now - renewed_at_ < kBeginsWithin) return true;
  return desk_.database().Write<bool>([this](SqlSession& session) { return Renew(session); });
}

Result<bool> EventFeed::Done(const FeedEvent& event) { return Move(event.org_id, event.sequence); }

Result<bool> EventFeed::Renew(SqlSession& session) {
  const TimePoint now = desk_.clock().Now();
  ASSIGN_OR_RETURN(const std::int64_t claimed,
                   session.Execute("UPDATE event_receivers SET program = :1, claimed_until = :2 "
                                   "WHERE receiver = :3 AND (program = :4 OR claimed_until < :5)",
                                   {program_, ToUnixSeconds(now + kClaim), receiver_, program_,
                                    ToUnixSeconds(now)}));
  if (claimed > 0) renewed_at_ = now;
  return claimed > 0;
}

Result<bool> EventFeed::Claim() {
  return desk_.database().Write<bool>([&](SqlSession& session) -> Result<bool> {
    ASSIGN_OR_RETURN(const bool renewed, Renew(session));
    if (renewed) return true;
    const TimePoint now = desk_.clock().Now();
    ASSIGN_OR_RETURN(const std::int64_t added,
                     session.Execute("INSERT INTO event_receivers (receiver, program, "
                                     "claimed_until) VALUES (:1, :2, :3) "
                                     "ON CONFLICT (receiver) DO NOTHING",
                                     {receiver_, program_, ToUnixSeconds(now + kClaim)}));
    if (added == 0) return false;
    renewed_at_ = now;
    // A new receiver: what has been is over. Orgs that are made from now on begin at their first.
    RETURN_IF_ERROR(
        session.Execute("INSERT INTO event_positions (receiver, org_id, sequence) "
                        "SELECT r.receiver, h.org_id, h.sequence "
                        "FROM audit_heads h CROSS JOIN event_receivers r "
                        "WHERE r.receiver = :1",
                        {receiver_}));
    return true;
  });
}

Result<std::vector<EventFeed::Position>> EventFeed::Positions() {
  using Positions = std::vector<Position>;
  const auto read = [&](SqlSession& session) -> Result<Positions> {
    ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                     session.Query("SELECT h.org_id, COALESCE(p.sequence, 0), h.sequence "
                                   "FROM audit_heads h LEFT JOIN event_positions p "
                                   "ON p.org_id = h.org_id AND p.receiver = :1 "
                                   "WHERE COALESCE(p.sequence, 0) < h.sequence",
                                   {receiver_}));
    Positions positions;
    for (const SqlRow& row : rows) {
      positions.push_back(
          {.org_id = row.Text(0), .sequence = row.Integer(1), .head = row.Integer(2)});
    }
    return positions;
  };
  return desk_.database().Look<Positions>(read);
}

Result<bool> EventFeed::Move(const std::string& org_id, std::int64_t sequence) {
  return desk_.database().Write<bool>([&](SqlSession& session) -> Result<bool> {
    ASSIGN_OR_RETURN(const bool is_ours, Renew(session));
    if (!is_ours) return false;
    RETURN_IF_ERROR(session.Execute(
        "INSERT INTO event_positions (receiver, org_id, sequence) VALUES (:1, :2, :3) "
        "ON CONFLICT (receiver, org_id) DO UPDATE SET sequence = excluded.sequence "
        "WHERE event_positions.sequence < excluded.sequence",
        {receiver_, org_id, sequence}));
    return true;
  });
}

Result<EventFeed::Batch> EventFeed::Read(const Position& position, std::size_t limit) {
  return desk_.database().Look<Batch>([&](SqlSession& session) -> Result<Batch> {
    ASSIGN_OR_RETURN(
        const std::vector<SqlRow> rows,
        session.Query(
            "SELECT sequence, body FROM audit_events WHERE org_id = :1 AND sequence > :2 "
            "AND sequence <= :3 AND action NOT LIKE 'grant.%' "
            "ORDER BY sequence LIMIT :4",
            {position.org_id, position.sequence, position.head, static_cast<std::int64_t>(limit)}));
    Batch batch{.events = {}, .end = rows.size() < limit ? position.head : rows.back().Integer(0)};
    for (const SqlRow& row : rows) {
      // One that was altered is for `audit verify` to name.
      const Result<AuditRecord> record = ParseAuditRecord(row.Text(1));
      if (record.ok()) batch.events.push_back(Announce(*record));
    }
    return batch;
  });
}

}  // namespace injector
