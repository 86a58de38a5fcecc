// What the credential of the environment in Azure's SDKs reads (learn.microsoft.com, class
// EnvironmentCredential). The az command reads none: `az login --service-principal` takes them.

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/pem_file.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

// Other credentials of the same identity, of which one half of each would be used; and where to
// send them.
constexpr std::string_view kRemoved[] = {
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_USERNAME",
    "AZURE_PASSWORD",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_AUTHORITY_HOST",
};

}  // namespace

Status TranslateAzure(Translation& translation) {
  static constexpr FieldRow kRows[] = {{"tenant_id", "AZURE_TENANT_ID"},
                                       {"client_id", "AZURE_CLIENT_ID"},
                                       {"client_secret", "AZURE_CLIENT_SECRET"},
                                       {"authority_host", "AZURE_AUTHORITY_HOST"}};
  for (const std::string_view field : {"tenant_id", "client_id"}) {
    RETURN_IF_ERROR(translation.RequiredField(field));
  }
  ASSIGN_OR_RETURN(const std::optional<FieldText> secret, translation.Field("client_secret"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> certificate,
                   translation.Field("client_certificate"));
  if (secret && certificate) {
    return translation.FieldError("client_certificate",
                                  "is there beside client_secret, which SDKs would take");
  }
  RETURN_IF_ERROR(SetFieldVariables(translation, kRows));
  for (const std::string_view name : kRemoved) translation.Remove(name);
  translation.AddNote(
      "az itself reads none of these variables; az login --service-principal takes them");
  if (!certificate) return {};
  return SetPemVariable(translation, "AZURE_CLIENT_CERTIFICATE_PATH", "client_certificate.pem",
                        *certificate);
}

}  // namespace injector
