#pragma once
// What `injector connections set` does once its words are understood.

#include "injector/base/result.h"
#include "injector/cli/connections/connection_change.h"
#include "injector/cli/session.h"

namespace injector {

// Reads every value, then changes the store, or the service that the session names
// (service_set.h), in one step; not at all when all is as it was. Errors of ChangedConnection().
Status SetConnection(Session& session, const SetRequest& request);

}  // namespace injector
