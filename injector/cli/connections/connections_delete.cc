// injector connections delete NAME

#include <memory>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/connections/connection_lookup.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_connections.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "delete", "Delete a connection",
    "There is no way back but a copy of the store. At a credential service (--service) one that\n"
    "is attached, or held by a lease, stays, but with --force.\n",
    "  injector connections delete movies\n"
    "  injector connections delete @postgres.movies\n"
    "  injector connections delete movies --service https://ci.example.com --force\n"};

struct Options {
  std::string name;
  bool force = false;
};

Status Run(Session& session, const Reference& wanted, UsedConnection used) {
  if (NamesService(session)) return DeleteConnectionAtService(session, wanted, used);
  if (used == UsedConnection::kForce) {
    return Error(ErrorCode::kInvalidArgument, "--force: goes with --service alone");
  }
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  ASSIGN_OR_RETURN(const ConnectionName name, FindName(editor.store().listing(), wanted));
  RETURN_IF_ERROR(editor.Delete(name));
  RETURN_IF_ERROR(editor.Save());
  session.Tell("deleted " + name.Full());
  return {};
}

Result<Action> Prepare(const Options& options) {
  ASSIGN_OR_RETURN(const Reference wanted, ParseConnectionName(options.name));
  const UsedConnection used = options.force ? UsedConnection::kForce : UsedConnection::kKeep;
  return Action([wanted, used](Session& session) { return Run(session, wanted, used); });
}

}  // namespace

void DefineConnectionsDelete(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddArgument("NAME", options->name, "The connection: NAME or @TYPE.NAME");
  command.AddFlag("--force", options->force,
                  "At a service: detach it first, and end the leases\non it");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
