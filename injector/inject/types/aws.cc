// What the AWS CLI and SDKs read (AWS SDKs and Tools Reference Guide, "Environment variables" and
// "Shared config and credentials files"; botocore's credentials.py for what wins over what).

#include <algorithm>
#include <string>

#include "injector/base/ascii.h"
#include "injector/base/percent.h"
#include "injector/inject/ini_sections.h"
#include "injector/inject/types/aws_account.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

struct Keys {
  FieldText id;
  FieldText secret;
  std::optional<FieldText> session_token;
};

// Inherited credentials of every other kind. Mixed with ours they sign with half of each, or are
// used instead; AWS_CREDENTIAL_EXPIRATION would declare ours expired.
constexpr std::string_view kOtherCredentials[] = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
};

Result<std::optional<Keys>> ReadKeys(const Translation& translation) {
  ASSIGN_OR_RETURN(std::optional<FieldText> id, translation.Field("access_key_id"));
  ASSIGN_OR_RETURN(std::optional<FieldText> secret, translation.Field("secret_access_key"));
  ASSIGN_OR_RETURN(std::optional<FieldText> token, translation.Field("session_token"));
  if (!id && !secret) return std::optional<Keys>();
  if (!id) return translation.FieldError("access_key_id", "is missing beside secret_access_key");
  if (!secret)
    return translation.FieldError("secret_access_key", "is missing beside access_key_id");
  return std::optional<Keys>(Keys{*std::move(id), *std::move(secret), std::move(token)});
}

Status SetRegionAndEndpoint(Translation& translation, std::string_view endpoint_variable) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> region, translation.Field("region"));
  if (region) {
    // Some tools read the one, some the other.
    RETURN_IF_ERROR(translation.SetText("AWS_REGION", *region));
    RETURN_IF_ERROR(translation.SetText("AWS_DEFAULT_REGION", *region));
  }
  ASSIGN_OR_RETURN(const std::optional<FieldText> endpoint, translation.Field("endpoint_url"));
  if (!endpoint) return {};
  translation.Remove("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  return translation.SetText(endpoint_variable, *endpoint);
}

// The key id is no secret, but one half of a credential: it is kept or overwritten with the other.
Status SetKey(Translation& translation, std::string_view name, const FieldText& value) {
  return translation.Set({.name = std::string(name),
                          .text = value.text.Clone(),
                          .secret = value.secret,
                          .when_inherited = InjectedVariable::WhenInherited::kConflict,
                          .credential = "access key",
                          .origin = value.field});
}

Status SetKeys(Translation& translation, const Keys& keys) {
  RETURN_IF_ERROR(SetKey(translation, "AWS_ACCESS_KEY_ID", keys.id));
  RETURN_IF_ERROR(SetKey(translation, "AWS_SECRET_ACCESS_KEY", keys.secret));
  if (!keys.session_token) return {};
  return SetKey(translation, "AWS_SESSION_TOKEN", *keys.session_token);
}

// One `name = value` line. A line break would begin a setting of its own, and some parsers end a
// value at " #" or " ;".
Status AppendSetting(const Translation& translation, SecretBuilder& section, std::string_view name,
                     const FieldText& value) {
  const std::string_view text = value.text.Reveal();
  const bool breaks = std::any_of(text.begin(), text.end(), [](char c) {
    return IsAsciiSpace(c) || static_cast<unsigned char>(c) < 0x20;
  });
  if (breaks) {
    return translation.FieldError(value.field, "holds white space, which a profile cannot");
  }
  if (text.starts_with('#') || text.starts_with(';')) {
    return translation.FieldError(value.field, "begins with # or ;, which a profile cannot");
  }
  section.Append(name);
  section.Append(" = ");
  section.Append(value.text.Reveal());
  section.Append('\n');
  return {};
}

// Gives the shared file `name` the profile `profile` with the lines `settings`, in place of any
// other of that name.
Result<std::size_t> ReplaceProfile(Translation& translation, std::string_view name,
                                   UserConfigurationKind kind, std::string_view header,
                                   std::string_view profile, const Secret& settings) {
  const std::size_t file = translation.SharedFile(name);
  RETURN_IF_ERROR(
      translation.Claim(std::string(name) + " profile " + std::string(profile), settings.Clone()));
  Secret& content = translation.ContentOf(file);
  const UserConfiguration* users = translation.FindUserConfiguration(kind);
  const bool is_new = content.empty();
  const std::string_view before =
      is_new && users != nullptr && users->content ? users->content->Reveal() : content.Reveal();
  content = Secret::Concat(
      {WithoutProfile(before, profile).Reveal(), "[", header, profile, "]\n", settings.Reveal()});
  return file;
}

Result<Secret> SourceSettings(const Translation& translation, const Keys& keys) {
  SecretBuilder section;
  RETURN_IF_ERROR(AppendSetting(translation, section, "aws_access_key_id", keys.id));
  RETURN_IF_ERROR(AppendSetting(translation, section, "aws_secret_access_key", keys.secret));
  if (keys.session_token) {
    RETURN_IF_ERROR(AppendSetting(translation, section, "aws_session_token", *keys.session_token));
  }
  return std::move(section).Build();
}

Result<Secret> RoleSettings(const Translation& translation, const FieldText& role_arn,
                            const std::string& source_profile) {
  SecretBuilder section;
  RETURN_IF_ERROR(AppendSetting(translation, section, "role_arn", role_arn));
  section.Append("source_profile = ");
  section.Append(source_profile);
  section.Append('\n');
  for (std::string_view name : {"region", "external_id", "role_session_name"}) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(name));
    if (value) RETURN_IF_ERROR(AppendSetting(translation, section, name, *value));
  }
  return std::move(section).Build();
}

// The tools assume the role themselves, and again before it expires.
Status SetRoleProfile(Translation& translation, const Keys& keys, const FieldText& role_arn) {
  using Kind = InjectedVariable::Kind;
  const std::string& profile = translation.connection().name.alias;
  const std::string source_profile = profile + "-source";
  ASSIGN_OR_RETURN(const Secret source, SourceSettings(translation, keys));
  ASSIGN_OR_RETURN(const Secret role, RoleSettings(translation, role_arn, source_profile));
  ASSIGN_OR_RETURN(
      const std::size_t credentials,
      ReplaceProfile(translation, "aws/credentials", UserConfigurationKind::kAwsCredentials, "",
                     source_profile, source));
  // The credentials file wins over the config file, so a profile of this name must not stay there.
  Secret& users = translation.ContentOf(credentials);
  users = WithoutProfile(users.Reveal(), profile);
  ASSIGN_OR_RETURN(const std::size_t config,
                   ReplaceProfile(translation, "aws/config", UserConfigurationKind::kAwsConfig,
                                  profile == "default" ? "" : "profile ", profile, role));
  RETURN_IF_ERROR(translation.Set({.name = "AWS_SHARED_CREDENTIALS_FILE",
                                   .kind = Kind::kFilePath,
                                   .file = credentials,
                                   .origin = "secret_access_key"}));
  RETURN_IF_ERROR(translation.Set(
      {.name = "AWS_CONFIG_FILE", .kind = Kind::kFilePath, .file = config, .origin = "role_arn"}));
  // For version 1 of the SDK for Go, which otherwise leaves the config file unread.
  RETURN_IF_ERROR(translation.SetText("AWS_SDK_LOAD_CONFIG", {"role_arn", Secret::CopyOf("1")}));
  return translation.SetText("AWS_PROFILE", {"role_arn", Secret::CopyOf(profile)});
}

Status CheckDelivery(const Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> delivery, translation.Field("delivery"));
  if (!delivery || delivery->text.Reveal() == "static") return {};
  return translation.FieldError("delivery", "is not static, the only kind that this type has");
}

void RemoveOtherCredentials(Translation& translation) {
  for (std::string_view name : kOtherCredentials) translation.Remove(name);
}

// Tools ask at the endpoint, again before what it gave them expires. Versions that do not read the
// token's file (botocore before 1.34) take the token itself.
Status SetCredentialEndpoint(Translation& translation) {
  constexpr std::string_view kOrigin = "delivery";
  const CredentialEndpoint* endpoint = translation.endpoint();
  if (endpoint == nullptr) {
    return translation.FieldError(kOrigin, "is endpoint, and no source here has one")
        .WithHint("a sidecar has: --source sidecar:PATH, and let it listen for tools");
  }
  ASSIGN_OR_RETURN(const std::optional<FieldText> role_arn, translation.Field("role_arn"));
  if (role_arn) {
    return translation.FieldError("role_arn", "cannot go with delivery endpoint");
  }
  RemoveOtherCredentials(translation);
  translation.AddScrubForm(kOrigin, endpoint->token.Clone());
  const Secret alias = PercentEncode(translation.connection().name.alias);
  RETURN_IF_ERROR(translation.Set({.name = "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                   .text = Secret::Concat({endpoint->url, "/aws/", alias.Reveal()}),
                                   .origin = std::string(kOrigin)}));
  RETURN_IF_ERROR(translation.Set({.name = "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                                   .text = endpoint->token.Clone(),
                                   .secret = true,
                                   .origin = std::string(kOrigin)}));
  ASSIGN_OR_RETURN(const std::size_t file,
                   translation.AddFile("endpoint-token", endpoint->token.Clone()));
  return translation.Set({.name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                          .kind = InjectedVariable::Kind::kFilePath,
                          .file = file,
                          .origin = std::string(kOrigin)});
}

}  // namespace

Status SetAwsAccount(Translation& translation, std::string_view endpoint_variable) {
  RETURN_IF_ERROR(CheckDelivery(translation));
  RETURN_IF_ERROR(SetRegionAndEndpoint(translation, endpoint_variable));
  ASSIGN_OR_RETURN(const std::optional<Keys> keys, ReadKeys(translation));
  ASSIGN_OR_RETURN(const std::optional<FieldText> role_arn, translation.Field("role_arn"));
  if (!keys && role_arn) {
    return translation.FieldError("role_arn",
                                  "needs access_key_id and secret_access_key to assume it with");
  }
  if (!keys) return {};
  RemoveOtherCredentials(translation);
  return role_arn ? SetRoleProfile(translation, *keys, *role_arn) : SetKeys(translation, *keys);
}

Status TranslateAws(Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> delivery, translation.Field("delivery"));
  if (delivery && delivery->text.Reveal() == "endpoint") {
    RETURN_IF_ERROR(SetRegionAndEndpoint(translation, "AWS_ENDPOINT_URL"));
    return SetCredentialEndpoint(translation);
  }
  return SetAwsAccount(translation, "AWS_ENDPOINT_URL");
}

}  // namespace injector
