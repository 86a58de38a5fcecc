#pragma once
// How a variable is shown.

#include "injector/model/connection.h"
#include "injector/model/value.h"

namespace injector {

enum class SecretValues { kHidden, kShown };

bool IsHidden(const Variable& variable, SecretValues secrets);

// {"key", "value", "description", "isSecret", "version"}; without "value" when that is hidden.
Value VariableAsValue(const Variable& variable, SecretValues secrets);

}  // namespace injector
