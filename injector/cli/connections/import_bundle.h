#pragma once
// Putting a bundle into the store, or to the service that the session names (service_import.h):
// what `connections import` does once the bundle is read.

#include "injector/base/result.h"
#include "injector/cli/connections/import_plan.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"
#include "injector/exchange/bundle.h"

namespace injector {

struct ImportOptions {
  ImportMode mode = ImportMode::kStore;
  WhenTaken when_taken = WhenTaken::kRefuse;
  NewStoreMode new_store = NewStoreMode::kWithKey;
};

// All of it or, on any error, nothing; to a service as service_import.h says. kConflict names every
// connection and variable of the bundle whose name is taken. Prints what was done, or with kDryRun
// would be, to each: "add", "replace" or "unchanged". Requires: CheckNames (rename.h) took the
// connections.
Status ImportBundle(Session& session, const Bundle& bundle, const ImportOptions& options);

}  // namespace injector
