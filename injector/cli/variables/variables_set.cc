// injector variables set KEY [--secret]

#include <algorithm>
#include <memory>
#include <optional>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_variables.h"
#include "injector/cli/session.h"
#include "injector/cli/store/new_store_options.h"
#include "injector/cli/store/store_access.h"
#include "injector/cli/variables/variable_change.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "set", "Add a variable, or change one",
    "The value is read from stdin; at a terminal it is asked for without echo, and nothing typed\n"
    "keeps the value there is. With --keep-value only what the options say changes. One final\n"
    "newline does not count, but with --keep-newline; an empty value is refused, but with\n"
    "--allow-empty. A secret variable is encrypted and scrubbed from logs; one that is not is\n"
    "readable in the store without the key.\n"
    "\n"
    "A variable stays what it is unless --secret or --no-secret says so; a new one is secret when\n"
    "its name sounds so (token, password, …). A value that holds a secret by its shape makes\n"
    "its variable secret, and --no-secret then takes --allow-readable too: a URL with a password,\n"
    "a private key, a JSON Web Token, `Bearer …`, `Basic` with Base64 of user and password, or\n"
    "text or JSON in which a name that sounds secret has a value (`password=…`).\n",
    "  printf %s eu-central-1 | injector variables set region\n"
    "  injector variables set api_token --secret < token.txt\n"
    "  injector variables set api_token --secret        # asks for it\n"
    "  injector variables set region --secret --keep-value\n"
    "  injector variables set motd --keep-newline < motd.txt\n"};

struct Options {
  VariableChange change;
  NewStoreOptions new_store;
};

// The variable there is.
Result<std::optional<Variable>> FindVariable(const Store& store, const std::string& key) {
  const StoreListing listing = store.listing();
  const bool exists =
      std::any_of(listing.variables.begin(), listing.variables.end(),
                  [&](const VariableSummary& variable) { return variable.key == key; });
  if (!exists) return std::optional<Variable>();
  ASSIGN_OR_RETURN(Variable variable, store.GetVariable(key));
  return std::optional<Variable>(std::move(variable));
}

VariableIs WhatIsThere(const StoreAccess& access, const std::string& key) {
  const Result<StoreListing> listing = ReadStoreListing(access.path());
  const bool there =
      listing.ok() &&
      std::any_of(listing->variables.begin(), listing->variables.end(),
                  [&](const VariableSummary& variable) { return variable.key == key; });
  return there ? VariableIs::kThere : VariableIs::kNew;
}

bool AreAlike(const Variable& a, const Variable& b) {
  return a.value == b.value && a.is_secret == b.is_secret && a.description == b.description;
}

// What a changed flag means, for whoever knows the store only from outside.
std::string MeaningOf(const std::optional<Variable>& former, const Variable& variable) {
  if (!former || former->is_secret == variable.is_secret) return "";
  if (variable.is_secret) {
    return "; from now on it is encrypted and scrubbed, but older copies of the store show it";
  }
  return "; from now on everybody who has the store can read it without the key, and it is not "
         "scrubbed" +
         std::string(IsWhollyVisible(variable) ? "" : " but for what looks like a secret");
}

Status SetInStore(Session& session, const VariableChange& change, NewStoreMode new_store) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, new_store));
  ASSIGN_OR_RETURN(const std::optional<Secret> value,
                   ReadNewValue(change, WhatIsThere(access, change.key)));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  ASSIGN_OR_RETURN(const std::optional<Variable> former, FindVariable(editor.store(), change.key));
  ASSIGN_OR_RETURN(const Variable variable, ChangedVariable(former, change, value));
  if (former && AreAlike(*former, variable)) {
    session.Tell("nothing changed: " + NameForPeople(variable) + " is so already");
    return {};
  }
  RETURN_IF_ERROR(editor.PutVariable(variable));
  RETURN_IF_ERROR(access.Save(editor));
  session.Tell(DescribeChange(former, variable, change) + MeaningOf(former, variable));
  return {};
}

Status Run(Session& session, const Options& options) {
  const NewStoreMode new_store = options.new_store.Mode();
  if (!NamesService(session)) return SetInStore(session, options.change, new_store);
  RETURN_IF_ERROR(RefuseStoreMode(new_store));
  return SetVariableAtService(session, options.change);
}

Result<Action> Prepare(const Options& options) {
  RETURN_IF_ERROR(ParseVariableKey(options.change.key));
  if (options.change.keep_value && !options.change.is_secret && !options.change.description) {
    return Error(ErrorCode::kInvalidArgument, "--keep-value: nothing else is given to change")
        .WithHint("add --secret, --no-secret or --description TEXT");
  }
  if (options.change.allow_readable && options.change.is_secret.value_or(true)) {
    return Error(ErrorCode::kInvalidArgument, "--allow-readable: goes with --no-secret alone")
        .WithHint("add --no-secret");
  }
  return Action([options](Session& session) { return Run(session, options); });
}

void DefineOptions(Command command, Options& options) {
  command.AddArgument("KEY", options.change.key, "The variable");
  command.AddSwitch({"--secret", "Encrypt the value and never show it"},
                    {"--no-secret", "Everybody may see the value"}, options.change.is_secret);
  command.AddOption("--description", "TEXT", options.change.description, "For people");
  command.AddFlag("--keep-newline", options.change.keep_newline,
                  "A final newline is part of the value");
  command.AddFlag("--keep-value", options.change.keep_value,
                  "Read no value: only --secret, --no-secret or\n--description change");
  command.AddFlag("--allow-empty", options.change.allow_empty, "The value from stdin may be empty");
  command.AddFlag("--allow-readable", options.change.allow_readable,
                  "With --no-secret: even a value that holds a\nsecret by its shape; lists show it "
                  "masked");
  command.MakeExclusive("--keep-value", "--keep-newline");
  command.MakeExclusive("--keep-value", "--allow-empty");
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
