// What pip ("User Guide", environment variables), uv ("Environment variables") and twine read: an
// index to install from, its login inside the URL, and a repository to publish to.

#include <string>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/percent.h"
#include "injector/inject/types/site_url.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

// The user name that goes with a token (pypi.org/help, "How can I use API tokens").
constexpr std::string_view kTokenLogin = "__token__";

struct Login {
  Secret name;
  std::optional<FieldText> password;
  bool is_token() const { return name.Reveal() == kTokenLogin; }
};

Result<Login> ReadLogin(const Translation& translation) {
  ASSIGN_OR_RETURN(std::optional<FieldText> name, translation.Field("login"));
  ASSIGN_OR_RETURN(std::optional<FieldText> password, translation.Field("password"));
  if (name && !password) return translation.FieldError("password", "is missing beside login");
  Login login{name ? std::move(name->text) : Secret::CopyOf(kTokenLogin), std::move(password)};
  const bool breaks = login.name.Reveal().find(':') != std::string_view::npos ||
                      HoldsAsciiControl(login.name.Reveal());
  if (breaks) {
    return translation.FieldError("login",
                                  "holds a colon or a control character, which an HTTP "
                                  "login cannot");
  }
  if (login.password && HoldsAsciiControl(login.password->text.Reveal())) {
    return translation.FieldError("password", "holds a control character");
  }
  return login;
}

FieldText UrlWithLogin(const SiteUrl& url, const Login& login) {
  if (!login.password) return {"index_url", Secret::CopyOf(url.Text()), false};
  const Secret name = PercentEncode(login.name.Reveal());
  const Secret password = PercentEncode(login.password->text.Reveal());
  return {"password",
          Secret::Concat({url.scheme, "://", name.Reveal(), ":", password.Reveal(), "@",
                          url.authority, url.path}),
          true};
}

Status SetIndex(Translation& translation, const Login& login) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> field, translation.Field("index_url"));
  if (!field) return {};
  ASSIGN_OR_RETURN(const SiteUrl url, ReadSiteUrl(translation, *field));
  ASSIGN_OR_RETURN(const std::optional<FieldText> index, translation.Field("index"));
  const std::string_view kind = index ? index->text.Reveal() : "default";
  if (kind != "default" && kind != "extra") {
    return translation.FieldError("index", "is neither default nor extra");
  }
  const bool extra = kind == "extra";
  const FieldText with_login = UrlWithLogin(url, login);
  RETURN_IF_ERROR(translation.SetText(extra ? "PIP_EXTRA_INDEX_URL" : "PIP_INDEX_URL", with_login));
  // The older names, which uv would mix with these.
  for (const char* name : {"UV_INDEX_URL", "UV_EXTRA_INDEX_URL"}) translation.Remove(name);
  return translation.SetText(extra ? "UV_INDEX" : "UV_DEFAULT_INDEX", with_login);
}

Status SetPublishing(Translation& translation, const Login& login) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> field, translation.Field("repository_url"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> index, translation.Field("index_url"));
  // Without an address uploads go to PyPI, which the login of another index must not.
  if (index && !field) {
    translation.AddNote("no repository_url: twine and uv publish are not given the login");
    return {};
  }
  constexpr const char* kTwine[] = {"TWINE_USERNAME", "TWINE_PASSWORD", "TWINE_REPOSITORY_URL"};
  constexpr const char* kUv[] = {"UV_PUBLISH_TOKEN", "UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD",
                                 "UV_PUBLISH_URL"};
  for (const char* name : kTwine) translation.Remove(name);
  for (const char* name : kUv) translation.Remove(name);
  translation.Remove("TWINE_REPOSITORY");
  if (field) {
    ASSIGN_OR_RETURN(const SiteUrl url, ReadSiteUrl(translation, *field));
    const FieldText address{field->field, Secret::CopyOf(url.Text()), false};
    RETURN_IF_ERROR(translation.SetText("TWINE_REPOSITORY_URL", address));
    RETURN_IF_ERROR(translation.SetText("UV_PUBLISH_URL", address));
  }
  if (!login.password) return {};
  const FieldText name{"login", login.name.Clone(), false};
  RETURN_IF_ERROR(translation.SetText("TWINE_USERNAME", name));
  RETURN_IF_ERROR(translation.SetText("TWINE_PASSWORD", *login.password));
  RETURN_IF_ERROR(translation.SetText("TWINE_NON_INTERACTIVE", {"password", Secret::CopyOf("1")}));
  if (login.is_token()) return translation.SetText("UV_PUBLISH_TOKEN", *login.password);
  RETURN_IF_ERROR(translation.SetText("UV_PUBLISH_USERNAME", name));
  return translation.SetText("UV_PUBLISH_PASSWORD", *login.password);
}

}  // namespace

Status TranslatePypi(Translation& translation) {
  ASSIGN_OR_RETURN(const Login login, ReadLogin(translation));
  if (login.password) {
    const std::string_view password = login.password->text.Reveal();
    translation.AddScrubForm("password", PercentEncode(password));
    // As the Authorization header has it.
    const Secret pair = Secret::Concat({login.name.Reveal(), ":", password});
    translation.AddScrubForm("password", Base64Encode(pair.Reveal()));
  }
  RETURN_IF_ERROR(SetIndex(translation, login));
  return SetPublishing(translation, login);
}

}  // namespace injector
