// What redis-cli reads (its own help: REDISCLI_AUTH), and a URL as it takes it with -u and most
// client libraries from REDIS_URL (IANA's registrations of the schemes redis and rediss).

#include "injector/inject/types/database_url.h"
#include "injector/inject/types/flag_field.h"
#include "injector/inject/types/translators.h"

namespace injector {

Status TranslateRedis(Translation& translation) {
  RETURN_IF_ERROR(translation.RequiredField("host"));
  ASSIGN_OR_RETURN(DatabaseAddress address, ReadDatabaseAddress(translation));
  // The number of the database is the path.
  ASSIGN_OR_RETURN(address.schema, translation.Field("db"));
  // With an empty name before the colon redis-cli would log in as nobody (AUTH(1) of Redis 6).
  if (address.password && !address.login) {
    address.login = FieldText{.field = "login", .text = Secret::CopyOf("default")};
  }
  ASSIGN_OR_RETURN(const std::optional<bool> tls, ReadFlag(translation, "tls"));
  translation.Remove("REDISCLI_AUTH");
  if (address.password) RETURN_IF_ERROR(translation.SetText("REDISCLI_AUTH", *address.password));
  translation.AddNote(
      "redis-cli reads the password alone from a variable; host, port and login by "
      "redis-cli -u \"$" +
      translation.prefix() + "REDIS_URL\"");
  DatabaseUrl url(tls.value_or(false) ? "rediss" : "redis", address);
  return SetServerUrl(translation, "REDIS_URL", address, std::move(url).Build(), false);
}

}  // namespace injector
