#include "injector/base/ascii.h"
#include "injector/inject/steering_names.h"
#include "injector/inject/types/translators.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

// Whether the field bears this name because its type calls it so (mysql's `user`), and not because
// somebody wants a variable of that name: then the job keeps its own USER, and starts.
bool IsTypesOwnName(const Translation& translation, const Field& field) {
  return FindFieldInfo(translation.connection().name.type, field.name) != nullptr &&
         !WhySessions(translation.prefix() + ToAsciiUpper(field.name)).empty();
}

}  // namespace

Status TranslateGeneric(Translation& translation) {
  const Connection& connection = translation.connection();
  for (const Field& field : connection.fields) {
    if (field.value.is_null()) continue;
    if (IsTypesOwnName(translation, field)) {
      translation.AddNote(field.name + " becomes no variable, which would be the session's own " +
                          ToAsciiUpper(field.name) +
                          "; a prefix or the job file's env gives it one");
      continue;
    }
    // An empty text is a value here: what it means is between the connection and the job.
    RETURN_IF_ERROR(
        translation.SetText(ToAsciiUpper(field.name), TextOf(connection, field.name, field.value)));
  }
  return {};
}

}  // namespace injector
