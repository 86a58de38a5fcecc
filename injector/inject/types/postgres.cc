// The variables of libpq (PostgreSQL manual, "Environment Variables"), and DATABASE_URL as its
// manual's "Connection URIs" and most frameworks read it.

#include <span>
#include <string>

#include "injector/base/percent.h"
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
    {"host", "PGHOST"},  {"port", "PGPORT"},         {"schema", "PGDATABASE"},
    {"login", "PGUSER"}, {"password", "PGPASSWORD"},
};
// What else libpq reads of a session; most of it comes in the query of a URI.
constexpr Row kParameters[] = {
    {"options", "PGOPTIONS"},
    {"application_name", "PGAPPNAME"},
    {"connect_timeout", "PGCONNECT_TIMEOUT"},
    {"target_session_attrs", "PGTARGETSESSIONATTRS"},
    {"channel_binding", "PGCHANNELBINDING"},
    {"client_encoding", "PGCLIENTENCODING"},
    {"gssencmode", "PGGSSENCMODE"},
    {"hostaddr", "PGHOSTADDR"},
    {"krbsrvname", "PGKRBSRVNAME"},
    {"load_balance_hosts", "PGLOADBALANCEHOSTS"},
    {"require_auth", "PGREQUIREAUTH"},
    {"requirepeer", "PGREQUIREPEER"},
    {"ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"},
    {"ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"},
    {"sslcertmode", "PGSSLCERTMODE"},
    {"sslcrl", "PGSSLCRL"},
    {"sslnegotiation", "PGSSLNEGOTIATION"},
    {"sslsni", "PGSSLSNI"},
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

// libpq takes ssl=true of JDBC's URLs for sslmode=require (manual, "Connection URIs").
Result<std::optional<FieldText>> ReadSslmode(const Translation& translation) {
  ASSIGN_OR_RETURN(std::optional<FieldText> sslmode, translation.Field("sslmode"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> ssl, translation.Field("ssl"));
  if (sslmode || !ssl || ssl->text.Reveal() != "true") return sslmode;
  return std::optional(FieldText{.field = "ssl", .text = Secret::CopyOf("require")});
}

Status AppendFields(const Translation& translation, DatabaseUrl& url) {
  for (const char* name :
       {"options", "application_name", "connect_timeout", "target_session_attrs"}) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(name));
    url.AppendParameter(name, value);
  }
  for (const Row& row : kFiles) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> path, translation.Field(row.field));
    if (path && !IsPemText(*path)) url.AppendParameter(row.field, path);
  }
  return {};
}

Status SetUrl(Translation& translation, const std::optional<FieldText>& sslmode) {
  ASSIGN_OR_RETURN(const DatabaseAddress address, ReadDatabaseAddress(translation));
  DatabaseUrl url("postgresql", address);
  if (!address.has_plain_host()) {
    url.AppendParameter("host", address.host);
    url.AppendParameter("port", address.port);
  }
  url.AppendParameter("sslmode", sslmode);
  RETURN_IF_ERROR(AppendFields(translation, url));
  for (UrlParameter& parameter : TakeUrlParameters(translation, "postgres")) {
    if (parameter.name != "ssl" || !sslmode) {
      url.AppendParameter(PercentEncode(parameter.name).Reveal(), std::move(parameter.value));
    }
  }
  return SetDatabaseUrl(translation, address, std::move(url));
}

Status SetTexts(Translation& translation, std::span<const Row> rows) {
  for (const Row& row : rows) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(row.field));
    if (value) RETURN_IF_ERROR(translation.SetText(row.variable, *value));
  }
  return {};
}

}  // namespace

Status TranslatePostgres(Translation& translation) {
  RETURN_IF_ERROR(SetTexts(translation, kTexts));
  ASSIGN_OR_RETURN(const std::optional<FieldText> sslmode, ReadSslmode(translation));
  if (sslmode) RETURN_IF_ERROR(translation.SetText("PGSSLMODE", *sslmode));
  RETURN_IF_ERROR(SetTexts(translation, kParameters));
  for (const Row& row : kFiles) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(row.field));
    const std::string file = std::string(row.field) + ".pem";
    if (value) RETURN_IF_ERROR(SetPemVariable(translation, row.variable, file, *value));
  }
  RETURN_IF_ERROR(RemoveInherited(translation));
  return SetUrl(translation, sslmode);
}

}  // namespace injector
