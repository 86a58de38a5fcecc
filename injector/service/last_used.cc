#include "injector/service/last_used.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace injector {
namespace {

// Among the receivers of events, whose names have a colon.
constexpr std::string_view kPosition = "last-used";

struct Span {
  std::string org_id;
  std::int64_t after = 0;
  std::int64_t last = 0;
};

struct Use {
  std::string connection;
  std::int64_t at = 0;
};

Result<std::vector<Span>> SpansToRead(Desk& desk) {
  using Spans = std::vector<Span>;
  return desk.database().Look<Spans>([](SqlSession& session) -> Result<Spans> {
    ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                     session.Query("SELECT h.org_id, COALESCE(p.sequence, 0), h.sequence "
                                   "FROM audit_heads h LEFT JOIN event_positions p "
                                   "ON p.org_id = h.org_id AND p.receiver = :1 "
                                   "WHERE COALESCE(p.sequence, 0) < h.sequence",
                                   {kPosition}));
    Spans spans;
    for (const SqlRow& row : rows) {
      spans.push_back({.org_id = row.Text(0), .after = row.Integer(1), .last = row.Integer(2)});
    }
    return spans;
  });
}

// Outside of the org's line: it may be much to read.
Result<std::vector<Use>> ReadUses(Desk& desk, const Span& span) {
  using Uses = std::vector<Use>;
  return desk.database().Look<Uses>([&](SqlSession& session) -> Result<Uses> {
    ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                     session.Query("SELECT connection, MAX(at) FROM audit_events WHERE org_id = :1 "
                                   "AND sequence > :2 AND sequence <= :3 AND connection <> '' "
                                   "AND action IN ('grant.create', 'grant.renew', 'grant.use') "
                                   "AND body LIKE '%\"outcome\":\"done\"%' GROUP BY connection "
                                   "ORDER BY connection",
                                   {span.org_id, span.after, span.last}));
    Uses uses;
    for (const SqlRow& row : rows)
      uses.push_back({.connection = row.Text(0), .at = row.Integer(1)});
    return uses;
  });
}

// What another program has noted meanwhile stays, where it is newer.
Status Keep(Act& act, const Span& span, const std::vector<Use>& uses) {
  for (const Use& use : uses) {
    RETURN_IF_ERROR(act.session().Execute(
        "UPDATE service_connections SET last_used_at = :1 WHERE id = :2 AND org_id = :3 "
        "AND (last_used_at IS NULL OR last_used_at < :4)",
        {use.at, use.connection, act.org_id(), use.at}));
  }
  RETURN_IF_ERROR(act.session().Execute(
      "INSERT INTO event_positions (receiver, org_id, sequence) VALUES (:1, :2, :3) "
      "ON CONFLICT (receiver, org_id) DO UPDATE SET sequence = excluded.sequence",
      {kPosition, act.org_id(), span.last}));
  return {};
}

}  // namespace

Status NoteLastUses(Desk& desk) {
  ASSIGN_OR_RETURN(const std::vector<Span> spans, SpansToRead(desk));
  for (const Span& span : spans) {
    ASSIGN_OR_RETURN(const std::vector<Use> uses, ReadUses(desk, span));
    RETURN_IF_ERROR(
        desk.ledger().Run(span.org_id, "service", [&](Act& act) { return Keep(act, span, uses); }));
  }
  return {};
}

}  // namespace injector
