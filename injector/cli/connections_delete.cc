// injector connections delete NAME

#include <memory>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/connection_lookup.h"
#include "injector/cli/session.h"
#include "injector/cli/store_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {"delete", "Delete a connection",
                               "There is no way back but a copy of the store.\n",
                               "  injector connections delete movies\n"
                               "  injector connections delete @postgres.movies\n"};

Status Run(Session& session, const Reference& wanted) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  ASSIGN_OR_RETURN(const ConnectionName name, FindName(editor.store().listing(), wanted));
  RETURN_IF_ERROR(editor.Delete(name));
  RETURN_IF_ERROR(editor.Save());
  session.Tell("deleted " + name.Full());
  return {};
}

Result<Action> Prepare(const std::string& name) {
  ASSIGN_OR_RETURN(const Reference wanted, ParseConnectionName(name));
  return Action([wanted](Session& session) { return Run(session, wanted); });
}

}  // namespace

void DefineConnectionsDelete(Command connections, Invocation& invocation) {
  auto name = std::make_shared<std::string>();
  Command command = connections.AddCommand(kText);
  command.AddArgument("NAME", *name, "The connection: NAME or @TYPE.NAME");
  command.OnChosen([&invocation, name] { invocation.action = Prepare(*name); });
}

}  // namespace injector
