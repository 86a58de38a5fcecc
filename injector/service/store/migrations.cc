#include "injector/service/store/migrations.h"

#include <array>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "injector/service/store/schema_v1.h"
#include "injector/service/store/schema_v2.h"
#include "injector/service/store/schema_v3.h"
#include "injector/service/store/schema_v4.h"
#include "injector/service/store/schema_v5.h"

namespace injector {
namespace {

// Whether programs that know only the steps before can go on using the database.
enum class OlderPrograms { kGoOn, kStop };

struct Step {
  std::int64_t version;
  OlderPrograms older_programs;
  std::span<const std::string_view> statements;
};

constexpr std::array kSteps = {
    Step{.version = 1, .older_programs = OlderPrograms::kStop, .statements = kSchemaV1},
    Step{.version = 2, .older_programs = OlderPrograms::kGoOn, .statements = kSchemaV2},
    Step{.version = 3, .older_programs = OlderPrograms::kGoOn, .statements = kSchemaV3},
    Step{.version = 4, .older_programs = OlderPrograms::kGoOn, .statements = kSchemaV4},
    Step{.version = 5, .older_programs = OlderPrograms::kGoOn, .statements = kSchemaV5},
};

// Any number, as long as it is always the same and nobody else's in this database.
constexpr const char* kPostgresLock = "SELECT pg_advisory_xact_lock(7421090215564871)";

Status Do(SqlSession& session, std::string_view sql, const SqlSession::Parameters& parameters) {
  Result<std::int64_t> done = session.Execute(sql, parameters);
  if (!done.ok()) return std::move(done).error();
  return {};
}

Result<std::set<std::int64_t>> StepsIn(SqlSession& session) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   session.Query("SELECT version FROM schema_steps", {}));
  std::set<std::int64_t> versions;
  for (const SqlRow& row : rows) versions.insert(row.Integer(0));
  return versions;
}

Status Apply(SqlSession& session, const Step& step) {
  for (std::string_view statement : step.statements) RETURN_IF_ERROR(Do(session, statement, {}));
  return Do(session, "INSERT INTO schema_steps (version, older_programs_stop) VALUES (:1, :2)",
            {step.version, std::int64_t{step.older_programs == OlderPrograms::kStop}});
}

// In PostgreSQL two CREATE TABLE IF NOT EXISTS at one time can both find nothing, and one fails.
// SQLite's writing transactions take turns by themselves.
Status TakeTurn(SqlSession& session, Database::Kind kind) {
  if (kind == Database::Kind::kSqlite) return {};
  return Do(session, kPostgresLock, {});
}

}  // namespace

Status CheckSchema(SqlSession& session) {
  ASSIGN_OR_RETURN(
      const SqlRow row,
      session.QueryOne("SELECT max(version) FROM schema_steps WHERE older_programs_stop = 1", {},
                       "schema version"));
  const std::int64_t needed = row.Integer(0);
  if (needed <= kSteps.back().version) return {};
  return Error(ErrorCode::kFailedPrecondition,
               "database: a later release has changed it (schema " + std::to_string(needed) +
                   ", this program knows " + std::to_string(kSteps.back().version) + ")")
      .WithHint("run the later release");
}

Status Migrate(SqlSession& session, Database::Kind kind) {
  RETURN_IF_ERROR(TakeTurn(session, kind));
  RETURN_IF_ERROR(Do(session,
                     "CREATE TABLE IF NOT EXISTS schema_steps "
                     "(version BIGINT PRIMARY KEY, older_programs_stop INTEGER NOT NULL)",
                     {}));
  RETURN_IF_ERROR(CheckSchema(session));
  ASSIGN_OR_RETURN(const std::set<std::int64_t> present, StepsIn(session));
  for (const Step& step : kSteps) {
    if (!present.contains(step.version)) RETURN_IF_ERROR(Apply(session, step));
  }
  return {};
}

}  // namespace injector
