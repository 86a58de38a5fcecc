// injector variables set KEY [--secret]

#include <algorithm>
#include <memory>
#include <optional>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/new_store_options.h"
#include "injector/cli/session.h"
#include "injector/cli/store_access.h"
#include "injector/cli/value_input.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "set", "Add a variable, or change one",
    "The value is read from stdin; at a terminal it is asked for without echo. One final newline\n"
    "does not count, but with --keep-newline. A secret variable is encrypted and scrubbed from\n"
    "logs; one that is not is readable in the store without the key. A variable stays what it is\n"
    "unless --secret or --no-secret says so; a new one is secret when its name sounds so (token,\n"
    "password, …).\n",
    "  printf %s eu-central-1 | injector variables set region\n"
    "  injector variables set api_token --secret < token.txt\n"
    "  injector variables set api_token --secret        # asks for it\n"
    "  injector variables set motd --keep-newline < motd.txt\n"};

struct Options {
  std::string key;
  std::optional<bool> is_secret;
  std::optional<std::string> description;
  bool keep_newline = false;
  NewStoreOptions new_store;
};

// The variable to be replaced, or a new one.
Result<Variable> BaseVariable(const Store& store, const std::string& key) {
  const StoreListing listing = store.listing();
  const bool exists =
      std::any_of(listing.variables.begin(), listing.variables.end(),
                  [&](const VariableSummary& variable) { return variable.key == key; });
  if (exists) return store.GetVariable(key);
  Variable variable;
  variable.key = key;
  variable.is_secret = IsSecretName(key);
  return variable;
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const StoreAccess access,
                   StoreAccess::Prepare(session, options.new_store.Mode()));
  ASSIGN_OR_RETURN(Secret value, ReadValue({ValueOrigin::Kind::kStdin, {}}, options.key));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  ASSIGN_OR_RETURN(Variable variable, BaseVariable(editor.store(), options.key));
  variable.value = options.keep_newline ? std::move(value) : WithoutFinalNewline(std::move(value));
  if (options.is_secret) variable.is_secret = *options.is_secret;
  if (options.description) variable.description = *options.description;
  ASSIGN_OR_RETURN(const std::uint64_t version, editor.PutVariable(variable));
  RETURN_IF_ERROR(editor.Save());
  session.Tell((version == 1 ? "added " : "changed ") +
               std::string(variable.is_secret ? "secret variable " : "variable ") + options.key);
  return {};
}

Result<Action> Prepare(const Options& options) {
  RETURN_IF_ERROR(ParseVariableKey(options.key));
  return Action([options](Session& session) { return Run(session, options); });
}

void DefineOptions(Command command, Options& options) {
  command.AddArgument("KEY", options.key, "The variable");
  command.AddSwitch({"--secret", "Encrypt the value and never show it"},
                    {"--no-secret", "Everybody may see the value"}, options.is_secret);
  command.AddOption("--description", "TEXT", options.description, "For people");
  command.AddFlag("--keep-newline", options.keep_newline, "A final newline is part of the value");
  DefineNewStoreOptions(command, options.new_store);
}

}  // namespace

void DefineVariablesSet(Command variables, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = variables.AddCommand(kText);
  DefineOptions(command, *options);
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
