// injector variables delete KEY

#include <memory>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_variables.h"
#include "injector/cli/session.h"
#include "injector/cli/store/store_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "delete", "Delete a variable",
    "At a credential service (--service) one that is attached, or held by a lease, stays, but\n"
    "with --force.\n",
    "  injector variables delete region\n"
    "  injector variables delete region --service https://ci.example.com --force\n"};

struct Options {
  std::string key;
  bool force = false;
};

Status DeleteFromStore(Session& session, const std::string& key) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  RETURN_IF_ERROR(editor.DeleteVariable(key));
  RETURN_IF_ERROR(editor.Save());
  session.Tell("deleted variable " + key);
  return {};
}

Status Run(Session& session, const Options& options) {
  const UsedVariable used = options.force ? UsedVariable::kForce : UsedVariable::kKeep;
  if (NamesService(session)) return DeleteVariableAtService(session, options.key, used);
  if (!options.force) return DeleteFromStore(session, options.key);
  return Error(ErrorCode::kInvalidArgument, "--force: goes with --service alone");
}

Result<Action> Prepare(const Options& options) {
  RETURN_IF_ERROR(ParseVariableKey(options.key));
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineVariablesDelete(Command variables, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = variables.AddCommand(kText);
  command.AddArgument("KEY", options->key, "The variable");
  command.AddFlag("--force", options->force,
                  "At a service: detach it first, and end the leases\non it");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
