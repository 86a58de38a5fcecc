// What the snow command reads (docs.snowflake.com, "Configuring Snowflake CLI", environment
// variables for a temporary connection), and scripts with Snowflake's connectors.

#include "injector/inject/types/field_variables.h"
#include "injector/inject/types/pem_file.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

constexpr FieldRow kRows[] = {
    {"account", "SNOWFLAKE_ACCOUNT"},     {"user", "SNOWFLAKE_USER"},
    {"password", "SNOWFLAKE_PASSWORD"},   {"role", "SNOWFLAKE_ROLE"},
    {"warehouse", "SNOWFLAKE_WAREHOUSE"}, {"database", "SNOWFLAKE_DATABASE"},
    {"schema", "SNOWFLAKE_SCHEMA"}};

// Other ways to log in, of another user perhaps, and at another host.
constexpr std::string_view kRemoved[] = {
    "SNOWFLAKE_AUTHENTICATOR",          "SNOWFLAKE_PASSWORD",
    "SNOWFLAKE_PRIVATE_KEY_FILE",       "SNOWFLAKE_PRIVATE_KEY_PATH",
    "SNOWFLAKE_PRIVATE_KEY_RAW",        "SNOWFLAKE_SESSION_TOKEN",
    "SNOWFLAKE_MASTER_TOKEN",           "SNOWFLAKE_TOKEN",
    "SNOWFLAKE_TOKEN_FILE_PATH",        "SNOWFLAKE_HOST",
    "SNOWFLAKE_DEFAULT_CONNECTION_NAME"};

}  // namespace

Status TranslateSnowflake(Translation& translation) {
  RETURN_IF_ERROR(translation.RequiredField("account"));
  RETURN_IF_ERROR(SetFieldVariables(translation, kRows));
  for (const std::string_view name : kRemoved) translation.Remove(name);
  ASSIGN_OR_RETURN(const std::optional<FieldText> key, translation.Field("private_key"));
  if (!key) return {};
  ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation.Field("password"));
  if (password) {
    return translation.FieldError("private_key", "is there beside password: one of them logs in");
  }
  // The key is not looked at without.
  RETURN_IF_ERROR(translation.SetText("SNOWFLAKE_AUTHENTICATOR",
                                      {key->field, Secret::CopyOf("SNOWFLAKE_JWT")}));
  return SetPemVariable(translation, "SNOWFLAKE_PRIVATE_KEY_PATH", "private_key.pem", *key);
}

}  // namespace injector
