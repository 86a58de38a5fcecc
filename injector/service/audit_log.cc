#include "injector/service/audit_log.h"

#include <limits>
#include <vector>

#include "injector/service/audit_file.h"

namespace injector {
namespace {

constexpr std::int64_t kVisitBatch = 1000;

StoredEvent ReadEvent(const SqlRow& row) {
  return StoredEvent{.sequence = row.Integer(0),
                     .at = row.Integer(1),
                     .actor = row.Text(2),
                     .action = row.Text(3),
                     .connection = row.Text(4),
                     .repo = row.Text(5),
                     .body = row.Text(6),
                     .mac = row.Text(7)};
}

constexpr const char* kEventQuery =
    "SELECT sequence, at, actor, action, connection, repo, body, mac FROM audit_events ";

bool LetsThrough(const AuditFilter& filter, const StoredEvent& event) {
  return (filter.actor.empty() || event.actor == filter.actor) &&
         (filter.connection.empty() || event.connection == filter.connection) &&
         (filter.repo.empty() || event.repo == filter.repo) &&
         (!filter.since || event.at >= ToUnixSeconds(*filter.since)) &&
         (!filter.until || event.at < ToUnixSeconds(*filter.until));
}

AuditRecord ToRecord(const StoredEvent& stored, const std::string& org_id) {
  Result<AuditRecord> record = ParseAuditRecord(stored.body);
  if (record.ok()) return *std::move(record);
  AuditRecord unreadable;
  unreadable.org_id = org_id;
  unreadable.sequence = stored.sequence;
  unreadable.time = FromUnixSeconds(stored.at);
  return unreadable;
}

}  // namespace

Result<Page<AuditRecord>> AuditLog::List(const Principal& principal, const AuditFilter& filter,
                                         const PageRequest& page) {
  using Records = Page<AuditRecord>;
  constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  const Intent intent{.operation = Operation::kReadAudit, .connection = filter.connection};
  return desk_.Read<Records>(principal, intent, [&](SqlSession& session) -> Result<Records> {
    ASSIGN_OR_RETURN(const std::int64_t before, ParsePosition(page.after));
    ASSIGN_OR_RETURN(
        const std::vector<SqlRow> rows,
        session.Query(std::string(kEventQuery) +
                          "WHERE org_id = :1 AND sequence < :2 AND (:3 = '' OR actor = :4) AND "
                          "(:5 = '' OR connection = :6) AND (:7 = '' OR repo = :8) AND at >= :9 "
                          "AND at < :10 ORDER BY sequence DESC LIMIT :11",
                      {principal.org_id, before, filter.actor, filter.actor, filter.connection,
                       filter.connection, filter.repo, filter.repo,
                       filter.since ? ToUnixSeconds(*filter.since) : 0,
                       filter.until ? ToUnixSeconds(*filter.until) : kForever,
                       static_cast<std::int64_t>(page.rows())}));
    std::vector<AuditRecord> records;
    for (const SqlRow& row : rows) records.push_back(ToRecord(ReadEvent(row), principal.org_id));
    return MakePage(std::move(records), page,
                    [](const AuditRecord& record) { return std::to_string(record.sequence); });
  });
}

Result<std::vector<StoredEvent>> ReadEvents(SqlSession& session, const std::string& org_id,
                                            std::int64_t after, std::int64_t limit) {
  ASSIGN_OR_RETURN(
      const std::vector<SqlRow> rows,
      session.Query(std::string(kEventQuery) +
                        "WHERE org_id = :1 AND sequence > :2 ORDER BY sequence LIMIT :3",
                    {org_id, after, limit}));
  std::vector<StoredEvent> events;
  for (const SqlRow& row : rows) events.push_back(ReadEvent(row));
  return events;
}

Status VisitEvents(SqlSession& session, const std::string& org_id, std::int64_t after,
                   const std::function<Status(const StoredEvent&)>& visit) {
  for (;;) {
    ASSIGN_OR_RETURN(const std::vector<StoredEvent> events,
                     ReadEvents(session, org_id, after, kVisitBatch));
    if (events.empty()) return {};
    for (const StoredEvent& event : events) {
      after = event.sequence;
      RETURN_IF_ERROR(visit(event));
    }
  }
}

Status ExportAudit(Desk& desk, const std::string& org_id, std::int64_t after,
                   const std::function<Status(std::string_view line)>& write,
                   const AuditFilter& filter) {
  return desk.database().Read([&](SqlSession& session) {
    return VisitEvents(session, org_id, after, [&](const StoredEvent& event) -> Status {
      return LetsThrough(filter, event) ? write(WriteAuditLine(event)) : Status();
    });
  });
}

Result<ChainHead> ReadHead(SqlSession& session, const std::string& org_id) {
  ASSIGN_OR_RETURN(
      const SqlRow row,
      session.QueryOne("SELECT sequence, mac FROM audit_heads WHERE org_id = :1", {org_id}, "org"));
  return ChainHead{.sequence = row.Integer(0), .mac = row.Text(1)};
}

}  // namespace injector
