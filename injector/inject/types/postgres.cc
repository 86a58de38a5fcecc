// The variables of libpq (PostgreSQL manual, "Environment Variables"), and DATABASE_URL as its
// manual's "Connection URIs" and most frameworks read it.

#include <string>

#include "injector/inject/types/database_url.h"
#include "injector/inject/types/pem_file.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

struct Row {
  std::string_view field;
  std::string_view variable;
};
constexpr Row kTexts[] = {
    {"host", "PGHOST"},       {"port", "PGPORT"},         {"schema", "PGDATABASE"},
    {"login", "PGUSER"},      {"password", "PGPASSWORD"}, {"sslmode", "PGSSLMODE"},
    {"options", "PGOPTIONS"},
};
constexpr Row kFiles[] = {
    {"sslrootcert", "PGSSLROOTCERT"}, {"sslcert", "PGSSLCERT"}, {"sslkey", "PGSSLKEY"}};

// PGHOSTADDR is where libpq connects whatever PGHOST says; what a service file sets beats the
// variables.
constexpr std::string_view kRemoved[] = {"PGHOSTADDR", "PGSERVICE"};

// A connection that names its server says its port and login as well: libpq's own port, no password
// and no certificate when it has none, never those of another server, which the shim inherited.
Status RemoveInherited(Translation& translation) {
  for (std::string_view name : kRemoved) translation.Remove(name);
  ASSIGN_OR_RETURN(const std::optional<FieldText> host, translation.Field("host"));
  if (!host) return {};
  for (std::string_view name : {"PGPORT", "PGPASSWORD", "PGPASSFILE", "PGSSLCERT", "PGSSLKEY"}) {
    translation.Remove(name);
  }
  return {};
}

struct UrlParts {
  DatabaseAddress address;
  std::optional<FieldText> sslmode, options;
};

Result<UrlParts> ReadUrlParts(const Translation& translation) {
  UrlParts parts;
  ASSIGN_OR_RETURN(parts.address, ReadDatabaseAddress(translation));
  ASSIGN_OR_RETURN(parts.sslmode, translation.Field("sslmode"));
  ASSIGN_OR_RETURN(parts.options, translation.Field("options"));
  return parts;
}

Secret BuildUrl(const UrlParts& parts) {
  const DatabaseAddress& address = parts.address;
  DatabaseUrl url("postgresql", address);
  if (!address.has_plain_host()) {
    url.AppendParameter("host", address.host);
    url.AppendParameter("port", address.port);
  }
  url.AppendParameter("sslmode", parts.sslmode);
  url.AppendParameter("options", parts.options);
  return std::move(url).Build();
}

Status SetUrl(Translation& translation) {
  ASSIGN_OR_RETURN(const UrlParts parts, ReadUrlParts(translation));
  const bool secret =
      (parts.sslmode && parts.sslmode->secret) || (parts.options && parts.options->secret);
  return SetDatabaseUrl(translation, parts.address, BuildUrl(parts), secret);
}

}  // namespace

Status TranslatePostgres(Translation& translation) {
  for (const Row& row : kTexts) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(row.field));
    if (value) RETURN_IF_ERROR(translation.SetText(row.variable, *value));
  }
  for (const Row& row : kFiles) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(row.field));
    const std::string file = std::string(row.field) + ".pem";
    if (value) RETURN_IF_ERROR(SetPemVariable(translation, row.variable, file, *value));
  }
  RETURN_IF_ERROR(RemoveInherited(translation));
  return SetUrl(translation);
}

}  // namespace injector
