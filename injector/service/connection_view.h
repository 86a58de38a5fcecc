#pragma once
// Connections and variables as rows show them: without secrets, and without decrypting anything.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "injector/base/result.h"
#include "injector/model/connection.h"
#include "injector/model/value.h"
#include "injector/service/page.h"
#include "injector/service/store/sql_session.h"
#include "injector/service/unix_time.h"

namespace injector {

// A connection, or one version of it, without its secrets.
struct ConnectionView {
  std::string id;
  ConnectionName name;
  std::int64_t version = 0;  // the ETag
  Value shown;               // ConnectionToJson(…, kHidden): as stored, not decrypted
  std::string created_by;    // of the connection
  TimePoint created_at;
  std::optional<TimePoint> last_used_at = {};  // when a job was last given it; see last_used.h
  TimePoint rotated_at;                        // when a secret of the connection changed last
  std::string changed_by;                      // of this version
  TimePoint changed_at;
  // Somebody has deleted or overwritten what is shown: the rest is what the other table says.
  bool is_damaged = false;
};

// Which of the two that are kept alike (variable_record.h).
enum class RecordKind { kConnection, kVariable };

// "c.type <> '$variable'", or "=": a condition on service_connections AS c.
std::string KindCondition(RecordKind kind);

// The current version. kNotFound when the org has none of that kind and id.
Result<ConnectionView> CurrentView(SqlSession& session, const std::string& org_id, RecordKind kind,
                                   const std::string& id);
// By name, up to page.rows() of them; `name` picks the one of that name, unless it is empty.
Result<std::vector<ConnectionView>> ListViews(SqlSession& session, const std::string& org_id,
                                              RecordKind kind, const PageRequest& page,
                                              const std::string& name);
// The versions below `before`, newest first, up to `rows` of them; without what is set aside
// (rotation.h).
Result<std::vector<ConnectionView>> VersionViews(SqlSession& session, const std::string& id,
                                                 std::int64_t before, std::size_t rows);

}  // namespace injector
