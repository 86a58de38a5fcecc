#pragma once
// `connections set` where --service names a credential service.

#include "injector/base/result.h"
#include "injector/cli/connections/connection_change.h"
#include "injector/cli/session.h"

namespace injector {

// As SetConnection(), but that the type of a connection cannot change (kConflict), and that what
// stands in a field of which nothing is shown cannot be changed alone (PatchTo()).
Status SetConnectionAtService(Session& session, const SetRequest& request);

}  // namespace injector
