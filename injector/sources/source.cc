#include "injector/sources/source.h"

#include <utility>

#include "injector/model/redaction.h"

namespace injector {

ListedConnection ListingOf(const Connection& connection) {
  VisibleFields visible = HideSecrets(connection);
  return {.name = connection.name,
          .is_default = connection.is_default,
          .description = connection.description,
          .expires_at = connection.expires_at,
          .rotate_every = connection.rotate_every,
          .version = connection.version,
          .fields = std::move(visible.fields),
          .secret_fields = std::move(visible.hidden_paths)};
}

ListedVariable ListingOf(const Variable& variable) {
  return {.key = variable.key,
          .description = variable.description,
          .is_secret = variable.is_secret,
          .version = variable.version,
          .value = variable.is_secret ? "" : VisibleText(variable)};
}

}  // namespace injector
