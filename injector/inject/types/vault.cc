// What the vault command reads (developer.hashicorp.com, "Vault CLI usage", environment variables).

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateVault(Translation& translation) {
  static constexpr FieldRow kRows[] = {
      {"address", "VAULT_ADDR"}, {"token", "VAULT_TOKEN"}, {"namespace", "VAULT_NAMESPACE"}};
  // An agent or a proxy wins over VAULT_ADDR; the namespace is this server's or none.
  for (const char* name : {"VAULT_AGENT_ADDR", "VAULT_PROXY_ADDR", "VAULT_NAMESPACE"}) {
    translation.Remove(name);
  }
  return SetFieldVariables(translation, kRows);
}

}  // namespace injector
