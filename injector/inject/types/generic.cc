#include "injector/base/ascii.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateGeneric(Translation& translation) {
  const Connection& connection = translation.connection();
  for (const Field& field : connection.fields) {
    if (field.value.is_null()) continue;
    // An empty text is a value here: what it means is between the connection and the job.
    RETURN_IF_ERROR(
        translation.SetText(ToAsciiUpper(field.name), TextOf(connection, field.name, field.value)));
  }
  return {};
}

}  // namespace injector
