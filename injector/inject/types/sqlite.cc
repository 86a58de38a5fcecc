// A database in a file. DATABASE_URL as SQLAlchemy, Django and Rails frameworks read it: three
// slashes before a relative path, four where the path is absolute.

#include "injector/base/percent.h"
#include "injector/inject/types/translators.h"
#include "injector/inject/types/url_parameters.h"

namespace injector {

Status TranslateSqlite(Translation& translation) {
  ASSIGN_OR_RETURN(const FieldText path, translation.RequiredField("path"));
  RETURN_IF_ERROR(translation.SetText("SQLITE_PATH", path));
  const Secret encoded = PercentEncode(path.text.Reveal(), "/:@!$&'()*+,;=");
  SecretBuilder text;
  text.Append("sqlite:///");
  text.Append(encoded.Reveal());
  bool secret = path.secret;
  std::string_view before = "?";
  for (const UrlParameter& parameter : TakeUrlParameters(translation, "sqlite")) {
    text.Append(before);
    text.Append(PercentEncode(parameter.name).Reveal());
    text.Append("=");
    text.Append(PercentEncode(parameter.value.text.Reveal()).Reveal());
    secret = secret || parameter.value.secret;
    before = "&";
  }
  FieldText url{path.field, std::move(text).Build(), secret};
  RETURN_IF_ERROR(translation.SetText("DATABASE_URL", url));
  translation.OfferUri(std::move(url));
  return {};
}

}  // namespace injector
