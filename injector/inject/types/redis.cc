// What redis-cli reads (its own help: REDISCLI_AUTH), a URL as most client libraries take it from
// REDIS_URL (IANA's registrations of the schemes redis and rediss), and its parts for scripts: on a
// command line (redis-cli -u) the URL would show the password to every process.

#include <algorithm>

#include "injector/base/ascii.h"
#include "injector/inject/types/database_url.h"
#include "injector/inject/types/flag_field.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

// Also the type of what came as such a URL.
constexpr std::string_view kTlsScheme = "rediss";

// Those of another server, or of Docker's links (REDIS_PORT=tcp://…), must not be mixed with ours.
constexpr std::string_view kParts[] = {"REDIS_HOST", "REDIS_PORT", "REDIS_USER", "REDIS_DB",
                                       "REDIS_TLS"};

Status SetParts(Translation& translation, const DatabaseAddress& address, bool tls) {
  for (const std::string_view name : kParts) translation.Remove(name);
  RETURN_IF_ERROR(translation.SetText("REDIS_HOST", *address.host));
  const FieldText usual_port{"port", Secret::CopyOf("6379")};
  RETURN_IF_ERROR(translation.SetText("REDIS_PORT", address.port ? *address.port : usual_port));
  if (address.login) RETURN_IF_ERROR(translation.SetText("REDIS_USER", *address.login));
  if (address.schema) RETURN_IF_ERROR(translation.SetText("REDIS_DB", *address.schema));
  if (!tls) return {};
  return translation.SetText("REDIS_TLS", {"tls", Secret::CopyOf("true")});
}

}  // namespace

Status TranslateRedis(Translation& translation) {
  RETURN_IF_ERROR(translation.RequiredField("host"));
  ASSIGN_OR_RETURN(DatabaseAddress address, ReadDatabaseAddress(translation));
  RETURN_IF_ERROR(RefuseHostList(translation, address));
  if (!address.has_plain_host()) {
    return translation.FieldError("host", "is a path, and a socket has no place in a redis:// URL");
  }
  // The number of the database is the path.
  ASSIGN_OR_RETURN(address.schema, translation.Field("db"));
  const bool is_number =
      !address.schema || std::ranges::all_of(address.schema->text.Reveal(), IsAsciiDigit);
  if (!is_number) return translation.FieldError("db", "is not the number of a database");
  ASSIGN_OR_RETURN(const std::optional<bool> flag, ReadFlag(translation, "tls"));
  const bool tls = flag.value_or(translation.connection().name.type == kTlsScheme);
  RETURN_IF_ERROR(SetParts(translation, address, tls));
  // With an empty name before the colon redis-cli would log in as nobody (AUTH(1) of Redis 6).
  if (address.password && !address.login) {
    address.login = FieldText{.field = "login", .text = Secret::CopyOf("default")};
  }
  translation.Remove("REDISCLI_AUTH");
  if (address.password) RETURN_IF_ERROR(translation.SetText("REDISCLI_AUTH", *address.password));
  const std::string variable = "\"$" + translation.prefix() + "REDIS_";
  translation.AddNote(
      "redis-cli reads the password alone from a variable; the rest by redis-cli -h " + variable +
      "HOST\" -p " + variable +
      "PORT\" (and --user, -n, --tls by REDIS_USER, REDIS_DB, "
      "REDIS_TLS); -u with the URL would show the password to every process");
  DatabaseUrl url(tls ? kTlsScheme : "redis", address);
  url.AppendParameters(TakeUrlParameters(translation, "redis"));
  return SetServerUrl(translation, "REDIS_URL", address, std::move(url));
}

}  // namespace injector
