#pragma once
// Where the commands that only read get connections and variables from: the sources named by
// --source, in that order and with the environment before them, as a job would get them; else the
// store alone.

#include <memory>

#include "injector/base/result.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"
#include "injector/sources/connection_manager.h"

namespace injector {

class SourceAccess {
 public:
  // kInvalidArgument: a --source that is none of file:PATH, yaml:PATH and env, or --service. Opens
  // nothing yet, but may ask for a passphrase. `session` must outlive this object.
  static Result<SourceAccess> Prepare(Session& session, CaFile ca_file = CaFile::kForService);

  // The store alone, for whoever has prepared it already.
  static SourceAccess Over(Session& session, const StoreAccess& store);

  // Both say the warnings of the sources. Errors as of ConnectionManager.
  Result<ManagerListing> List();
  Result<FetchedItems> Fetch(const FetchRequest& request);
  // One connection that has to be there.
  Result<Fetched<Connection>> FetchOne(const Reference& reference);

 private:
  SourceAccess(Session& session, std::unique_ptr<ConnectionManager> manager)
      : session_(&session), manager_(std::move(manager)) {}

  Session* session_;
  std::unique_ptr<ConnectionManager> manager_;
};

}  // namespace injector
