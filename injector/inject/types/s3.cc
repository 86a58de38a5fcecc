// A bucket, at Amazon or elsewhere: what the AWS tools read, and a remote of rclone (rclone.org,
// "Environment Variables" and "Amazon S3 Storage Providers").

#include <string>

#include "injector/inject/types/aws_account.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

struct Row {
  std::string_view field;
  std::string_view option;
};
constexpr Row kRcloneOptions[] = {{"access_key_id", "ACCESS_KEY_ID"},
                                  {"secret_access_key", "SECRET_ACCESS_KEY"},
                                  {"session_token", "SESSION_TOKEN"},
                                  {"region", "REGION"},
                                  {"endpoint_url", "ENDPOINT"}};

// With a role rclone takes the credentials that the AWS SDK finds, which is our profile.
Status SetRcloneRemote(Translation& translation) {
  const std::string remote = "RCLONE_CONFIG_" + translation.NamePart() + "_";
  const auto set_word = [&](std::string_view option, std::string_view word) {
    return translation.SetText(remote + std::string(option), {"bucket", Secret::CopyOf(word)});
  };
  ASSIGN_OR_RETURN(const std::optional<FieldText> endpoint, translation.Field("endpoint_url"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> role_arn, translation.Field("role_arn"));
  RETURN_IF_ERROR(set_word("TYPE", "s3"));
  RETURN_IF_ERROR(set_word("PROVIDER", endpoint ? "Other" : "AWS"));
  if (role_arn) RETURN_IF_ERROR(set_word("ENV_AUTH", "true"));
  for (const Row& row : kRcloneOptions) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(row.field));
    const bool by_role = role_arn && row.field != "region" && row.field != "endpoint_url";
    if (value && !by_role)
      RETURN_IF_ERROR(translation.SetText(remote + std::string(row.option), *value));
  }
  return {};
}

}  // namespace

Status TranslateS3(Translation& translation) {
  // Only for S3: the same keys may be used with other services, which are not at this endpoint.
  RETURN_IF_ERROR(SetAwsAccount(translation, "AWS_ENDPOINT_URL_S3"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> bucket, translation.Field("bucket"));
  if (bucket) RETURN_IF_ERROR(translation.SetText("S3_BUCKET", *bucket));
  return SetRcloneRemote(translation);
}

}  // namespace injector
