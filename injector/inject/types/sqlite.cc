// A database in a file. DATABASE_URL as SQLAlchemy, Django and Rails frameworks read it: three
// slashes before a relative path, four where the path is absolute.

#include "injector/base/percent.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateSqlite(Translation& translation) {
  ASSIGN_OR_RETURN(const FieldText path, translation.RequiredField("path"));
  RETURN_IF_ERROR(translation.SetText("SQLITE_PATH", path));
  const Secret encoded = PercentEncode(path.text.Reveal(), "/:@!$&'()*+,;=");
  FieldText url{path.field, Secret::Concat({"sqlite:///", encoded.Reveal()}), path.secret};
  RETURN_IF_ERROR(translation.SetText("DATABASE_URL", url));
  translation.OfferUri(std::move(url));
  return {};
}

}  // namespace injector
