// /api/v1/audit

#include "injector/service/audit_log.h"
#include "injector/service/rest/resources.h"

namespace injector::rest {
namespace {

Result<std::optional<TimePoint>> TimeOf(const Query& query, std::string_view name) {
  const std::string text = query.Text(name);
  if (text.empty()) return std::optional<TimePoint>();
  const std::optional<TimePoint> time = ParseTime(text);
  if (!time) {
    return Error(ErrorCode::kInvalidArgument,
                 std::string(name) + ": expected a time like 2026-01-31T08:05:00Z");
  }
  return time;
}

Answer List(AuditLog& log, const Call& call) {
  ASSIGN_OR_RETURN(const Query query,
                   Query::Parse(call.request.query, {"after", "limit", "actor", "connection",
                                                     "repo", "since", "until"}));
  ASSIGN_OR_RETURN(const PageRequest page, PageOf(query));
  AuditFilter filter{.actor = query.Text("actor"),
                     .connection = query.Text("connection"),
                     .repo = query.Text("repo")};
  ASSIGN_OR_RETURN(filter.since, TimeOf(query, "since"));
  ASSIGN_OR_RETURN(filter.until, TimeOf(query, "until"));
  ASSIGN_OR_RETURN(const Page<AuditRecord> records, log.List(call.principal, filter, page));
  return PageAnswer(records, AuditRecordToJson);
}

}  // namespace

std::vector<Route> AuditRoutes(Desk& desk) {
  return {{"GET", "/api/v1/audit", "listAudit", Operation::kReadAudit, [&desk](const Call& call) {
             AuditLog log(desk);
             return List(log, call);
           }}};
}

}  // namespace injector::rest
