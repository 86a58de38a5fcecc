// What Google's client libraries, gcloud and Terraform find (cloud.google.com, "How Application
// Default Credentials works"; `gcloud topic configurations` for CLOUDSDK_…): a key file by its
// path, since no variable of theirs takes the JSON itself.

#include <string>

#include "injector/inject/types/translators.h"
#include "injector/model/json.h"

namespace injector {
namespace {

constexpr std::string_view kKeyFileVariables[] = {"GOOGLE_APPLICATION_CREDENTIALS",
                                                  "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE"};
constexpr std::string_view kProjectVariables[] = {"GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT",
                                                  "GCP_PROJECT", "CLOUDSDK_CORE_PROJECT",
                                                  "CLOUDSDK_PROJECT"};
// Tokens and keys that gcloud or Terraform would take before the file; another identity to act as.
constexpr std::string_view kRemoved[] = {"CLOUDSDK_AUTH_ACCESS_TOKEN",
                                         "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
                                         "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT",
                                         "CLOUDSDK_CORE_ACCOUNT",
                                         "GOOGLE_CREDENTIALS",
                                         "GOOGLE_CLOUD_KEYFILE_JSON",
                                         "GCLOUD_KEYFILE_JSON",
                                         "GOOGLE_OAUTH_ACCESS_TOKEN"};

// The key as a map, or as the text of one.
Result<Value> ParseKey(const Translation& translation, const FieldText& keyfile) {
  Result<Value> key = ParseJson(keyfile.text.Reveal());
  if (!key.ok() || key->kind() != Value::Kind::kMap) {
    return translation.FieldError(keyfile.field, "is not a JSON object, as key files are");
  }
  return key;
}

Status SetProject(Translation& translation, const Value& key) {
  ASSIGN_OR_RETURN(std::optional<FieldText> project, translation.Field("project"));
  const Value* named = key.Find("project_id");
  if (!project && named != nullptr && named->kind() == Value::Kind::kString) {
    project = FieldText{.field = "keyfile_dict", .text = named->string().Clone()};
  }
  if (!project) return {};
  for (const std::string_view name : kProjectVariables) {
    RETURN_IF_ERROR(translation.SetText(name, *project));
  }
  return {};
}

}  // namespace

Status TranslateGcp(Translation& translation) {
  using WhenInherited = InjectedVariable::WhenInherited;
  ASSIGN_OR_RETURN(const FieldText keyfile, translation.RequiredField("keyfile_dict"));
  ASSIGN_OR_RETURN(const Value key, ParseKey(translation, keyfile));
  ASSIGN_OR_RETURN(const std::size_t file,
                   translation.AddFile("key.json", WriteJson(key, JsonStyle::kIndented)));
  for (const std::string_view name : kKeyFileVariables) {
    RETURN_IF_ERROR(translation.Set({.name = std::string(name),
                                     .kind = InjectedVariable::Kind::kFilePath,
                                     .file = file,
                                     .when_inherited = WhenInherited::kConflict,
                                     .origin = keyfile.field}));
  }
  for (const std::string_view name : kRemoved) translation.Remove(name);
  return SetProject(translation, key);
}

}  // namespace injector
