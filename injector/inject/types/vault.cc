// What the vault command reads.

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateVault(Translation& translation) {
  static constexpr FieldRow kRows[] = {
      {"address", "VAULT_ADDR"}, {"token", "VAULT_TOKEN"}, {"namespace", "VAULT_NAMESPACE"}};
  return SetFieldVariables(translation, kRows);
}

}  // namespace injector
