// injector variables delete KEY

#include <memory>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/cli/store_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {"delete", "Delete a variable", "",
                               "  injector variables delete region\n"};

Status Run(Session& session, const std::string& key) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  RETURN_IF_ERROR(editor.DeleteVariable(key));
  RETURN_IF_ERROR(editor.Save());
  session.Tell("deleted variable " + key);
  return {};
}

Result<Action> Prepare(const std::string& argument) {
  ASSIGN_OR_RETURN(const std::string key, ParseVariableKey(argument));
  return Action([key](Session& session) { return Run(session, key); });
}

}  // namespace

void DefineVariablesDelete(Command variables, Invocation& invocation) {
  auto key = std::make_shared<std::string>();
  Command command = variables.AddCommand(kText);
  command.AddArgument("KEY", *key, "The variable");
  command.OnChosen([&invocation, key] { invocation.action = Prepare(*key); });
}

}  // namespace injector
