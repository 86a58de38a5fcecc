#include "injector/cli/variables/variable_change.h"

#include <utility>

#include "injector/cli/value_input.h"
#include "injector/model/redaction.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

// By what the user says, else what the new value is, else what it was.
bool WillBeSecret(const std::optional<Variable>& former, const VariableChange& change,
                  const Secret* value) {
  if (change.is_secret) return *change.is_secret;
  if (value != nullptr && HoldsSecret(value->Reveal())) return true;
  return former ? former->is_secret : IsSecretName(change.key);
}

Status RefuseReadableSecret(const Variable& variable, const VariableChange& change) {
  const bool asked = change.is_secret && !*change.is_secret;
  if (!asked || change.allow_readable || IsWhollyVisible(variable)) return {};
  return Error(ErrorCode::kInvalidArgument,
               variable.key +
                   ": --no-secret, but the value holds a secret by its shape, which everybody who "
                   "sees the variable could then read")
      .WithHint("leave out --no-secret; --allow-readable stores it so all the same");
}

bool IsSecretByShape(const Variable& variable, const VariableChange& change) {
  return variable.is_secret && !change.is_secret && !IsSecretName(variable.key) &&
         HoldsSecret(variable.value.Reveal());
}

}  // namespace

Result<std::optional<Secret>> ReadNewValue(const VariableChange& change, VariableIs is) {
  if (change.keep_value) return std::optional<Secret>();
  if (is == VariableIs::kThere && StdinIsTerminal()) {
    ASSIGN_OR_RETURN(Secret answer, AskForOptional(change.key + " (nothing typed: as it is): "));
    if (answer.empty()) return std::optional<Secret>();
    return std::optional<Secret>(std::move(answer));
  }
  ASSIGN_OR_RETURN(Secret value, ReadValue({ValueOrigin::Kind::kStdin, {}}, change.key));
  if (!change.keep_newline) value = WithoutFinalNewline(std::move(value));
  const bool has_settings = change.is_secret || change.description;
  if (!change.allow_empty) {
    RETURN_IF_ERROR(
        RefuseEmpty(value, change.key, has_settings ? "--keep-value changes the rest alone" : ""));
  }
  return std::optional<Secret>(std::move(value));
}

Result<Variable> ChangedVariable(const std::optional<Variable>& former,
                                 const VariableChange& change, const std::optional<Secret>& value) {
  if (!former && !value) {
    return Error(ErrorCode::kNotFound,
                 "variable " + change.key + ": is not there to keep its value")
        .WithHint("`injector variables list` shows what is; without --keep-value it is added");
  }
  Variable variable;
  variable.key = change.key;
  variable.value = value ? value->Clone() : former->value.Clone();
  variable.is_secret = WillBeSecret(former, change, value ? &*value : nullptr);
  variable.description = change.description.value_or(former ? former->description : "");
  RETURN_IF_ERROR(RefuseReadableSecret(variable, change));
  return variable;
}

std::string NameForPeople(const Variable& variable) {
  return (variable.is_secret ? "secret variable " : "variable ") + variable.key;
}

std::string DescribeChange(const std::optional<Variable>& former, const Variable& variable,
                           const VariableChange& change) {
  const bool became_secret = variable.is_secret && (!former || !former->is_secret);
  const bool by_shape = became_secret && IsSecretByShape(variable, change);
  return (former ? "changed " : "added ") + NameForPeople(variable) +
         (by_shape ? ": its value holds a secret by its shape" : "");
}

}  // namespace injector
