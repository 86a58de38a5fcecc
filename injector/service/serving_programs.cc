#include "injector/service/serving_programs.h"

#include <utility>

#include "injector/base/clock.h"
#include "injector/service/ids.h"

namespace injector {
namespace {

Status Write(SqlSession& session, const std::string& id, const std::string& key_id, TimePoint now) {
  RETURN_IF_ERROR(session.Execute("DELETE FROM serving_programs WHERE seen_at < :1",
                                  {ToUnixSeconds(now - kGoneAfter)}));
  RETURN_IF_ERROR(session.Execute(
      "INSERT INTO serving_programs (id, key_id, seen_at) VALUES (:1, :2, :3) "
      "ON CONFLICT (id) DO UPDATE SET key_id = excluded.key_id, seen_at = excluded.seen_at",
      {id, key_id, ToUnixSeconds(now)}));
  return {};
}

}  // namespace

ServingProgram::~ServingProgram() {
  if (id_.empty()) return;
  // It is forgotten anyway, a little later.
  static_cast<void>(desk_.database().Write([this](SqlSession& session) -> Status {
    RETURN_IF_ERROR(session.Execute("DELETE FROM serving_programs WHERE id = :1", {id_}));
    return {};
  }));
}

Status ServingProgram::Say() {
  const auto now = desk_.clock().Monotonic();
  const std::string key_id = desk_.keys().ring()->active().id();
  if (said_at_ && key_id == key_id_ && now - *said_at_ < kSayInterval) return {};
  if (id_.empty()) {
    ASSIGN_OR_RETURN(id_, NewUuid());
  }
  RETURN_IF_ERROR(desk_.database().Write(
      [&](SqlSession& session) { return Write(session, id_, key_id, desk_.clock().Now()); }));
  said_at_ = now;
  key_id_ = key_id;
  return {};
}

Result<ServingCount> CountServing(Desk& desk, const std::string& key_id) {
  return desk.database().Look<ServingCount>([&](SqlSession& session) -> Result<ServingCount> {
    ASSIGN_OR_RETURN(
        const SqlRow row,
        session.QueryOne("SELECT count(*), COALESCE(sum(CASE WHEN key_id = :1 THEN 0 ELSE 1 END), "
                         "0) FROM serving_programs WHERE seen_at >= :2",
                         {key_id, ToUnixSeconds(desk.clock().Now() - kGoneAfter)}, "programs"));
    return ServingCount{.all = row.Integer(0), .without_key = row.Integer(1)};
  });
}

}  // namespace injector
