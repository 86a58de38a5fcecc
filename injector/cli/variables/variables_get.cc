// injector variables get KEY [--reveal]

#include <memory>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_variables.h"
#include "injector/cli/session.h"
#include "injector/cli/store/source_access.h"
#include "injector/cli/store/store_access.h"
#include "injector/model/redaction.h"
#include "injector/model/variable_json.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "get", "Show a variable",
    "Prints the value alone, and *** for a secret one, or for what in a value is one (the "
    "password\n"
    "of a URL), unless --reveal. With --output json a secret value is left out instead. A\n"
    "credential service (--service) shows no secret one.\n",
    "  injector variables get region\n"
    "  injector variables get api_token --reveal | gh secret set API_TOKEN\n"
    "  injector variables get region --source env --source file:store.json\n"
    "  injector variables get region --output json\n"};

struct Options {
  std::string key;
  bool reveal = false;
};

Result<Variable> Find(Session& session, const std::string& key, SecretView view) {
  if (NamesService(session)) return VariableAtService(session, key, view);
  if (session.options().sources.empty()) {
    ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
    ASSIGN_OR_RETURN(const Store store, access.Open());
    return store.GetVariable(key);
  }
  FetchRequest request;
  request.variables.push_back({.key = key});
  ASSIGN_OR_RETURN(SourceAccess sources, SourceAccess::Prepare(session));
  ASSIGN_OR_RETURN(FetchedItems items, sources.Fetch(request));
  return std::move(items.variables.front()->item);
}

Status Run(Session& session, const Options& options) {
  const SecretView view = options.reveal ? SecretView::kRevealed : SecretView::kHidden;
  ASSIGN_OR_RETURN(const Variable variable, Find(session, options.key, view));
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(VariableToJson(variable, view));
  }
  if (!options.reveal) return session.Print(VisibleText(variable) + "\n");
  return session.Print(Secret::Concat({variable.value.Reveal(), "\n"}).Reveal());
}

Result<Action> Prepare(const Options& options) {
  RETURN_IF_ERROR(ParseVariableKey(options.key));
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineVariablesGet(Command variables, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = variables.AddCommand(kText);
  command.AddArgument("KEY", options->key, "The variable");
  command.AddFlag("--reveal", options->reveal, "Show a secret value too");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
