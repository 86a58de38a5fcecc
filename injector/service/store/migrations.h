#pragma once
// The schema, as the steps that lead to it. Forward only: a released step never changes, a change
// of the schema is a new step.
//
// A step adds: tables, indexes, columns that may be missing. So programs of the release before go
// on serving beside those of the release that brought the step. One that they cannot live with says
// so (OlderPrograms::kStop); then they are refused, and those that serve are not ready any more.

#include "injector/base/result.h"
#include "injector/service/store/database.h"
#include "injector/service/store/sql_session.h"

namespace injector {

// Applies the steps that the database has not seen, whichever came before. Safe when several
// programs start at once: they take turns. Steps of a later release are accepted as long as that
// release says that we can live with them; kFailedPrecondition otherwise. Requires: `session` is in
// a writing transaction.
Status Migrate(SqlSession& session, Database::Kind kind);

// Whether this program can go on using the database: a later release may have changed it since it
// was opened. kFailedPrecondition, as Migrate() would say it.
Status CheckSchema(SqlSession& session);

}  // namespace injector
