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
#include "injector/model/redaction.h"
#include "injector/model/secret_names.h"

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
    "its name sounds so (token, password, …). A value that holds a secret by its shape (a URL\n"
    "with a password, a private key, a JSON Web Token, JSON with a password in it) makes its\n"
    "variable secret; --no-secret then takes --allow-readable too.\n",
    "  printf %s eu-central-1 | injector variables set region\n"
    "  injector variables set api_token --secret < token.txt\n"
    "  injector variables set api_token --secret        # asks for it\n"
    "  injector variables set region --secret --keep-value\n"
    "  injector variables set motd --keep-newline < motd.txt\n"};

struct Options {
  std::string key;
  std::optional<bool> is_secret;
  std::optional<std::string> description;
  bool keep_newline = false;
  bool keep_value = false;
  bool allow_empty = false;
  bool allow_readable = false;
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

bool IsThere(const StoreAccess& access, const std::string& key) {
  const Result<StoreListing> listing = ReadStoreListing(access.path());
  return listing.ok() &&
         std::any_of(listing->variables.begin(), listing->variables.end(),
                     [&](const VariableSummary& variable) { return variable.key == key; });
}

// The new value; nullopt: the one there is stays.
Result<std::optional<Secret>> ReadNewValue(const StoreAccess& access, const Options& options) {
  if (options.keep_value) return std::optional<Secret>();
  if (IsThere(access, options.key) && StdinIsTerminal()) {
    ASSIGN_OR_RETURN(Secret answer, AskForOptional(options.key + " (nothing typed: as it is): "));
    if (answer.empty()) return std::optional<Secret>();
    return std::optional<Secret>(std::move(answer));
  }
  ASSIGN_OR_RETURN(Secret value, ReadValue({ValueOrigin::Kind::kStdin, {}}, options.key));
  if (!options.keep_newline) value = WithoutFinalNewline(std::move(value));
  const bool has_settings = options.is_secret || options.description;
  if (!options.allow_empty) {
    RETURN_IF_ERROR(
        RefuseEmpty(value, options.key, has_settings ? "--keep-value changes the rest alone" : ""));
  }
  return std::optional<Secret>(std::move(value));
}

// By what the user says, else what the new value is, else what it was.
bool WillBeSecret(const std::optional<Variable>& former, const Options& options,
                  const Secret* value) {
  if (options.is_secret) return *options.is_secret;
  if (value != nullptr && HoldsSecret(value->Reveal())) return true;
  return former ? former->is_secret : IsSecretName(options.key);
}

Status RefuseReadableSecret(const Variable& variable, const Options& options) {
  const bool asked = options.is_secret && !*options.is_secret;
  if (!asked || options.allow_readable || IsWhollyVisible(variable)) return {};
  return Error(ErrorCode::kInvalidArgument,
               variable.key +
                   ": --no-secret, but the value holds a secret by its shape, which "
                   "everybody who has the store could read without the key")
      .WithHint("leave out --no-secret; --allow-readable stores it so all the same");
}

Result<Variable> Changed(const std::optional<Variable>& former, const Options& options,
                         const std::optional<Secret>& value) {
  if (!former && !value) {
    return Error(ErrorCode::kNotFound,
                 "variable " + options.key + ": is not there to keep its value")
        .WithHint("`injector variables list` shows what is; without --keep-value it is added");
  }
  Variable variable;
  variable.key = options.key;
  variable.value = value ? value->Clone() : former->value.Clone();
  variable.is_secret = WillBeSecret(former, options, value ? &*value : nullptr);
  variable.description = options.description.value_or(former ? former->description : "");
  RETURN_IF_ERROR(RefuseReadableSecret(variable, options));
  return variable;
}

bool AreAlike(const Variable& a, const Variable& b) {
  return a.value == b.value && a.is_secret == b.is_secret && a.description == b.description;
}

bool IsSecretByShape(const Variable& variable, const Options& options) {
  return variable.is_secret && !options.is_secret && !IsSecretName(variable.key) &&
         HoldsSecret(variable.value.Reveal());
}

// Why it is secret where nobody asked for that, and what a changed flag means, for whoever knows
// the store only from outside.
std::string MeaningOf(const std::optional<Variable>& former, const Variable& variable,
                      const Options& options) {
  const bool changed = former && former->is_secret != variable.is_secret;
  std::string meaning;
  if (IsSecretByShape(variable, options) && (!former || changed)) {
    meaning = ": its value holds a secret by its shape";
  }
  if (!changed) return meaning;
  if (variable.is_secret) {
    return meaning +
           "; from now on it is encrypted and scrubbed, but older copies of the store show it";
  }
  return "; from now on everybody who has the store can read it without the key, and it is not "
         "scrubbed" +
         std::string(IsWhollyVisible(variable) ? "" : " but for what looks like a secret");
}

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const StoreAccess access,
                   StoreAccess::Prepare(session, options.new_store.Mode()));
  ASSIGN_OR_RETURN(const std::optional<Secret> value, ReadNewValue(access, options));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  ASSIGN_OR_RETURN(const std::optional<Variable> former, FindVariable(editor.store(), options.key));
  ASSIGN_OR_RETURN(const Variable variable, Changed(former, options, value));
  const std::string name =
      std::string(variable.is_secret ? "secret variable " : "variable ") + options.key;
  if (former && AreAlike(*former, variable)) {
    session.Tell("nothing changed: " + name + " is so already");
    return {};
  }
  RETURN_IF_ERROR(editor.PutVariable(variable));
  RETURN_IF_ERROR(access.Save(editor));
  session.Tell((former ? "changed " : "added ") + name + MeaningOf(former, variable, options));
  return {};
}

Result<Action> Prepare(const Options& options) {
  RETURN_IF_ERROR(ParseVariableKey(options.key));
  if (options.keep_value && !options.is_secret && !options.description) {
    return Error(ErrorCode::kInvalidArgument, "--keep-value: nothing else is given to change")
        .WithHint("add --secret, --no-secret or --description TEXT");
  }
  if (options.allow_readable && options.is_secret.value_or(true)) {
    return Error(ErrorCode::kInvalidArgument, "--allow-readable: goes with --no-secret alone")
        .WithHint("add --no-secret");
  }
  return Action([options](Session& session) { return Run(session, options); });
}

void DefineOptions(Command command, Options& options) {
  command.AddArgument("KEY", options.key, "The variable");
  command.AddSwitch({"--secret", "Encrypt the value and never show it"},
                    {"--no-secret", "Everybody may see the value"}, options.is_secret);
  command.AddOption("--description", "TEXT", options.description, "For people");
  command.AddFlag("--keep-newline", options.keep_newline, "A final newline is part of the value");
  command.AddFlag("--keep-value", options.keep_value,
                  "Read no value: only --secret, --no-secret or\n--description change");
  command.AddFlag("--allow-empty", options.allow_empty, "The value from stdin may be empty");
  command.AddFlag("--allow-readable", options.allow_readable,
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
