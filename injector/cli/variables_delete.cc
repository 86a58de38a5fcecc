// injector variables delete KEY

#include <CLI/CLI.hpp>
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

void DefineVariablesDelete(CLI::App& variables, Invocation& invocation) {
  auto key = std::make_shared<std::string>();
  CLI::App& command = AddCommand(variables, kText);
  command.add_option("KEY", *key, "The variable")->option_text(" ")->required();
  command.callback([&invocation, key] { invocation.action = Prepare(*key); });
}

}  // namespace injector
