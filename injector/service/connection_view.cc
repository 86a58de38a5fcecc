#include "injector/service/connection_view.h"

#include <utility>

#include "injector/model/json.h"
#include "injector/service/variable_record.h"

namespace injector {
namespace {

constexpr const char* kViewQuery =
    "SELECT c.id, coalesce(v.version, c.version), v.visible, c.created_by, c.created_at, "
    "v.created_by, coalesce(v.created_at, c.created_at), c.type, c.name, COALESCE(c.rotated_at, "
    "c.created_at), "
    "c.last_used_at "
    "FROM service_connections c LEFT JOIN connection_versions v ON v.connection_id = c.id ";

// With a connection whose version somebody has deleted: it must be seen to be deleted.
constexpr const char* kCurrent = "AND v.version = c.version WHERE ";

ConnectionView ReadView(const SqlRow& row) {
  Result<Value> shown = ParseJson(row.Text(2));
  // Somebody has written into the column: the list goes on without it.
  const bool is_damaged = !shown.ok() || shown->kind() != Value::Kind::kMap;
  if (is_damaged) shown = Value::Map({});
  const std::optional<std::int64_t> used = row.OptionalInteger(10);
  return ConnectionView{.id = row.Text(0),
                        .name = {.type = row.Text(7), .alias = row.Text(8)},
                        .version = row.Integer(1),
                        .shown = *std::move(shown),
                        .created_by = row.Text(3),
                        .created_at = FromUnixSeconds(row.Integer(4)),
                        .last_used_at = used ? std::optional(FromUnixSeconds(*used)) : std::nullopt,
                        .rotated_at = FromUnixSeconds(row.Integer(9)),
                        .changed_by = row.Text(5),
                        .changed_at = FromUnixSeconds(row.Integer(6)),
                        .is_damaged = is_damaged};
}

Result<std::vector<ConnectionView>> QueryViews(SqlSession& session, const std::string& condition,
                                               const SqlSession::Parameters& parameters) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query(kViewQuery + condition, parameters));
  std::vector<ConnectionView> views;
  for (const SqlRow& row : rows) views.push_back(ReadView(row));
  return views;
}

std::string What(RecordKind kind) {
  return kind == RecordKind::kVariable ? "variable" : "connection";
}

}  // namespace

std::string KindCondition(RecordKind kind) {
  const char* comparison = kind == RecordKind::kVariable ? " = '" : " <> '";
  return "c.type" + (comparison + std::string(kVariableType)) + "'";
}

Result<ConnectionView> CurrentView(SqlSession& session, const std::string& org_id, RecordKind kind,
                                   const std::string& id) {
  ASSIGN_OR_RETURN(
      std::vector<ConnectionView> views,
      QueryViews(session, kCurrent + KindCondition(kind) + " AND c.org_id = :1 AND c.id = :2",
                 {org_id, id}));
  if (views.empty()) return Error(ErrorCode::kNotFound, What(kind) + ": not found");
  return std::move(views.front());
}

Result<std::vector<ConnectionView>> ListViews(SqlSession& session, const std::string& org_id,
                                              RecordKind kind, const PageRequest& page,
                                              const std::string& name) {
  return QueryViews(session,
                    kCurrent + KindCondition(kind) +
                        " AND c.org_id = :1 AND c.name > :2 AND (:3 = '' OR c.name = :4) "
                        "ORDER BY c.name LIMIT :5",
                    {org_id, page.after, name, name, static_cast<std::int64_t>(page.rows())});
}

Result<std::vector<ConnectionView>> VersionViews(SqlSession& session, const std::string& id,
                                                 std::int64_t before, std::size_t rows) {
  return QueryViews(
      session,
      "WHERE c.id = :1 AND v.version > 0 AND v.version < :2 ORDER BY v.version DESC LIMIT :3",
      {id, before, static_cast<std::int64_t>(rows)});
}

}  // namespace injector
