#include "injector/service/repo_rows.h"

#include <vector>

#include "injector/service/ids.h"
#include "injector/service/unix_time.h"

namespace injector {

Result<std::string> FindOrMakeRepo(Act& act, const std::string& name) {
  ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                   act.session().Query("SELECT id FROM repos WHERE org_id = :1 AND name = :2",
                                       {act.org_id(), name}));
  if (!rows.empty()) return rows.front().Text(0);
  ASSIGN_OR_RETURN(std::string id, NewUuid());
  RETURN_IF_ERROR(act.session().Execute(
      "INSERT INTO repos (id, org_id, name, created_at) VALUES (:1, :2, :3, :4)",
      {id, act.org_id(), name, ToUnixSeconds(act.now())}));
  return id;
}

}  // namespace injector
