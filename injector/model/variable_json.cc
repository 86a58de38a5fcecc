#include "injector/model/variable_json.h"

#include <vector>

#include "injector/model/redaction.h"

namespace injector {
namespace {

Error Bad(std::string_view problem) {
  return Error(ErrorCode::kInvalidArgument, "variable: " + std::string(problem));
}

// The member `name`, which must be of `kind`; nullptr when it is absent or null.
Result<const Value*> Member(const Value& json, std::string_view name, Value::Kind kind) {
  const Value* member = json.Find(name);
  if (member == nullptr || member->is_null()) return static_cast<const Value*>(nullptr);
  if (member->kind() == kind) return member;
  return Bad(std::string(name) +
             (kind == Value::Kind::kString ? " must be a string" : " must be true or false"));
}

Status OnlyKnownMembers(const Value& json) {
  for (const Value::Member& member : json.members()) {
    const bool known = member.name == "key" || member.name == "value" ||
                       member.name == "description" || member.name == "isSecret" ||
                       member.name == "version";
    if (!known)
      return Bad("it has a member that is none of key value description isSecret version");
  }
  return {};
}

}  // namespace

Value VariableToJson(const Variable& variable, SecretView view) {
  std::vector<Value::Member> members;
  members.push_back({"key", Value::String(variable.key)});
  if (!variable.is_secret || view == SecretView::kRevealed) {
    members.push_back({"value", view == SecretView::kRevealed
                                    ? Value::String(variable.value.Reveal())
                                    : Value::String(VisibleText(variable))});
  }
  members.push_back({"description", Value::String(variable.description)});
  members.push_back({"isSecret", Value::Bool(variable.is_secret)});
  members.push_back({"version", Value::Number(std::to_string(variable.version))});
  return Value::Map(std::move(members));
}

Result<Variable> VariableFromJson(const Value& json) {
  if (json.kind() != Value::Kind::kMap) return Bad("expected an object");
  RETURN_IF_ERROR(OnlyKnownMembers(json));
  ASSIGN_OR_RETURN(const Value* key, Member(json, "key", Value::Kind::kString));
  ASSIGN_OR_RETURN(const Value* value, Member(json, "value", Value::Kind::kString));
  ASSIGN_OR_RETURN(const Value* description, Member(json, "description", Value::Kind::kString));
  ASSIGN_OR_RETURN(const Value* is_secret, Member(json, "isSecret", Value::Kind::kBool));
  if (key == nullptr || !IsValidVariableKey(key->string().Reveal())) {
    return Bad("key must be letters, digits and _, not beginning with a digit");
  }
  Variable variable;
  variable.key = key->string().Reveal();
  if (value == nullptr) return Bad(variable.key + " has no value");
  variable.value = value->string().Clone();
  if (description != nullptr) variable.description = description->string().Reveal();
  variable.is_secret =
      is_secret != nullptr ? is_secret->boolean() : IsSecretVariable(variable.key, variable.value);
  return variable;
}

}  // namespace injector
