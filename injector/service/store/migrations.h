#pragma once
// The schema, as the steps that lead to it. Forward only: a released step never changes, a change
// of the schema is a new step.

#include "injector/base/result.h"
#include "injector/service/store/database.h"
#include "injector/service/store/sql_session.h"

namespace injector {

// Applies the steps that the database has not seen. Safe when several programs start at once: they
// take turns. Steps of a later release are accepted as long as that release says that we can live
// with them; kFailedPrecondition otherwise. Requires: `session` is in a writing transaction.
Status Migrate(SqlSession& session, Database::Kind kind);

}  // namespace injector
