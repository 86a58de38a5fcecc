#include "injector/inject/types/flag_field.h"

namespace injector {

Result<std::optional<bool>> ReadFlag(const Translation& translation, std::string_view field) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(field));
  if (!value) return std::optional<bool>();
  if (value->text.Reveal() == "true") return std::optional<bool>(true);
  if (value->text.Reveal() == "false") return std::optional<bool>(false);
  return translation.FieldError(field, "is neither true nor false");
}

}  // namespace injector
