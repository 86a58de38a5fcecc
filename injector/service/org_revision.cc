#include "injector/service/org_revision.h"

namespace injector {

Status RaiseRevision(Act& act) {
  RETURN_IF_ERROR(act.session().Execute("UPDATE orgs SET revision = revision + 1 WHERE id = :1",
                                        {act.org_id()}));
  return {};
}

Result<std::int64_t> ReadRevision(SqlSession& session, const std::string& org_id) {
  ASSIGN_OR_RETURN(const auto rows,
                   session.QueryKept("SELECT revision FROM orgs WHERE id = :1", {org_id}));
  if (rows->empty()) return Error(ErrorCode::kNotFound, "org: not found");
  return rows->front().Integer(0);
}

}  // namespace injector
