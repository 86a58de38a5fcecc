#include "injector/cli/variable_view.h"

#include <vector>

namespace injector {

bool IsHidden(const Variable& variable, SecretValues secrets) {
  return variable.is_secret && secrets == SecretValues::kHidden;
}

Value VariableAsValue(const Variable& variable, SecretValues secrets) {
  std::vector<Value::Member> members;
  members.push_back({"key", Value::String(variable.key)});
  if (!IsHidden(variable, secrets)) {
    members.push_back({"value", Value::String(variable.value.Reveal())});
  }
  members.push_back({"description", Value::String(variable.description)});
  members.push_back({"isSecret", Value::Bool(variable.is_secret)});
  members.push_back({"version", Value::Number(static_cast<std::int64_t>(variable.version))});
  return Value::Map(std::move(members));
}

}  // namespace injector
