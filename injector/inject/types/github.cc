// What gh reads (`gh help environment`), actions and most other tools for GitHub with it.

#include <string>

#include "injector/base/ascii.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

constexpr std::string_view kGithub = "github.com";

// gh takes a bare host name.
Result<std::string> Host(const Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> field, translation.Field("host"));
  if (!field) return std::string(kGithub);
  std::string_view host = field->text.Reveal();
  if (host.starts_with("https://")) host.remove_prefix(8);
  if (host.ends_with('/')) host.remove_suffix(1);
  const bool is_more = host.empty() || host.find_first_of("/?#@\\ ") != std::string_view::npos;
  if (is_more || HoldsAsciiControl(host)) {
    return translation.FieldError(field->field, "is not a host alone");
  }
  return ToAsciiLower(host);
}

// gh counts *.ghe.com as github.com: the same variables, but the host must be named.
Status SetToken(Translation& translation, const std::string& host, const FieldText& token) {
  const bool is_github = host == kGithub;
  if (is_github) {
    translation.Remove("GH_HOST");
  } else {
    RETURN_IF_ERROR(translation.SetText("GH_HOST", {"host", Secret::CopyOf(host)}));
  }
  if (is_github || host.ends_with(".ghe.com")) {
    RETURN_IF_ERROR(translation.SetText("GH_TOKEN", token));
    return translation.SetText("GITHUB_TOKEN", token);
  }
  RETURN_IF_ERROR(translation.SetText("GH_ENTERPRISE_TOKEN", token));
  return translation.SetText("GITHUB_ENTERPRISE_TOKEN", token);
}

// Before a job is given such a connection, a token is made of the key (sources/github/app_token.h).
Status CheckApp(Translation& translation) {
  for (const char* field : {"installation_id", "private_key"}) {
    RETURN_IF_ERROR(translation.RequiredField(field));
  }
  translation.AddNote(
      "the token is made at the start, of the App's key, which stays out of the job; it is good "
      "for "
      "an hour at most and is not renewed");
  return {};
}

}  // namespace

Status TranslateGithub(Translation& translation) {
  ASSIGN_OR_RETURN(const std::string host, Host(translation));
  ASSIGN_OR_RETURN(const std::optional<FieldText> token, translation.Field("token"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> app, translation.Field("app_id"));
  if (!token && !app) {
    return translation.FieldError("token", "is missing, and so is app_id");
  }
  // Nor a token beside the App of another connection.
  RETURN_IF_ERROR(translation.Claim("account at " + host,
                                    Secret::CopyOf(translation.connection().name.Full())));
  if (app) RETURN_IF_ERROR(CheckApp(translation));
  if (!token) return {};
  return SetToken(translation, host, *token);
}

}  // namespace injector
