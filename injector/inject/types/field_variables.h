#pragma once
// For the many types whose tools read one variable for one field, and nothing else.

#include <span>
#include <string_view>

#include "injector/inject/translation.h"

namespace injector {

struct FieldRow {
  std::string_view field;
  std::string_view variable;
};

// Sets the variable of every field that is there.
Status SetFieldVariables(Translation& translation, std::span<const FieldRow> rows);

}  // namespace injector
