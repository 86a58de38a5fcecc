#include "injector/inject/types/field_variables.h"

namespace injector {

Status SetFieldVariables(Translation& translation, std::span<const FieldRow> rows) {
  for (const FieldRow& row : rows) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(row.field));
    if (value) RETURN_IF_ERROR(translation.SetText(row.variable, *value));
  }
  return {};
}

}  // namespace injector
