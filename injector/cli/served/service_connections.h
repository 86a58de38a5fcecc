#pragma once
// The `connections` commands where --service names a credential service. They show what the same
// commands show of a store, but for secret values, which the service gives to jobs alone.

#include <vector>

#include "injector/base/result.h"
#include "injector/cli/connections/connection_check.h"
#include "injector/cli/session.h"
#include "injector/exchange/bundle.h"
#include "injector/model/connection_json.h"
#include "injector/model/reference.h"
#include "injector/sources/connection_manager.h"

namespace injector {

// All of them, for the list.
Result<std::vector<ListedItem<ListedConnection>>> ConnectionsAtService(Session& session);

// kPermissionDenied when secrets are to be revealed.
Status GetConnectionAtService(Session& session, const Reference& wanted, SecretView view);

// What to do about a connection that is attached or leased.
enum class UsedConnection { kKeep, kForce };
// kConflict, naming the repos, unless forced: then it is detached, and leases on it end.
Status DeleteConnectionAtService(Session& session, const Reference& wanted, UsedConnection used);

// What the service shows, for `connections export` without secrets: the connections that are named,
// else everything.
Result<Bundle> BundleAtService(Session& session, const std::vector<Reference>& references);

// Of those that are named, else of all. Nothing is said of values that the service does not show.
Result<std::vector<Diagnosis>> DiagnoseAtService(Session& session,
                                                 const std::vector<Reference>& references);

}  // namespace injector
