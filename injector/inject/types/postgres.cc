// The variables of libpq (PostgreSQL manual, "Environment Variables"), and DATABASE_URL as its
// manual's "Connection URIs" and most frameworks read it.

#include <arpa/inet.h>

#include <algorithm>

#include "injector/base/percent.h"
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

// A connection that names its server says its port as well: libpq's own when it has none, never
// that of another server, which the shim inherited.
Status RemoveInherited(Translation& translation) {
  for (std::string_view name : kRemoved) translation.Remove(name);
  ASSIGN_OR_RETURN(const std::optional<FieldText> host, translation.Field("host"));
  if (host) translation.Remove("PGPORT");
  return {};
}

// A PEM text becomes a file; anything else is already a path, or a word like `system`.
Status SetFile(Translation& translation, const Row& row) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(row.field));
  if (!value) return {};
  if (value->text.Reveal().find("-----BEGIN ") == std::string_view::npos) {
    return translation.SetText(row.variable, *value);
  }
  if (value->text.Reveal().find('\0') != std::string_view::npos) {
    return translation.FieldError(value->field, "holds a NUL byte, which a PEM file cannot");
  }
  const bool complete = value->text.Reveal().ends_with('\n');
  ASSIGN_OR_RETURN(
      const std::size_t file,
      translation.AddFile(std::string(row.field) + ".pem",
                          Secret::Concat({value->text.Reveal(), complete ? "" : "\n"})));
  return translation.Set({.name = std::string(row.variable),
                          .kind = InjectedVariable::Kind::kFilePath,
                          .file = file,
                          .when_inherited = value->secret
                                                ? InjectedVariable::WhenInherited::kConflict
                                                : InjectedVariable::WhenInherited::kOverwrite,
                          .origin = value->field});
}

struct UrlParts {
  std::optional<FieldText> host, port, login, password, schema, sslmode, options;
};

Result<UrlParts> ReadUrlParts(const Translation& translation) {
  UrlParts parts;
  ASSIGN_OR_RETURN(parts.host, translation.Field("host"));
  ASSIGN_OR_RETURN(parts.port, translation.Field("port"));
  ASSIGN_OR_RETURN(parts.login, translation.Field("login"));
  ASSIGN_OR_RETURN(parts.password, translation.Field("password"));
  ASSIGN_OR_RETURN(parts.schema, translation.Field("schema"));
  ASSIGN_OR_RETURN(parts.sslmode, translation.Field("sslmode"));
  ASSIGN_OR_RETURN(parts.options, translation.Field("options"));
  return parts;
}

// A directory of sockets and a list of hosts have no place in a URL's authority that all readers
// understand; as parameters they have.
bool IsPlainHost(std::string_view host) {
  return !host.starts_with('/') && host.find(',') == std::string_view::npos;
}

bool HoldsColon(std::string_view host) { return host.find(':') != std::string_view::npos; }

// A host with colons is an IPv6 address (RFC 3986, section 3.2.2), perhaps with a zone, and not a
// host with its port.
bool IsIpv6(std::string_view host) {
  in6_addr parsed{};
  return ::inet_pton(AF_INET6, std::string(host.substr(0, host.find('%'))).c_str(), &parsed) == 1;
}

Status CheckHost(const Translation& translation, const std::optional<FieldText>& host) {
  if (!host || !IsPlainHost(host->text.Reveal())) return {};
  const std::string_view text = host->text.Reveal();
  if (!HoldsColon(text) || IsIpv6(text)) return {};
  return translation.FieldError(host->field,
                                "is not a host name or an IPv6 address; a port goes into `port`");
}

class UrlBuilder {
 public:
  void AppendAuthority(const UrlParts& parts) {
    url_.Append("postgresql://");
    if (parts.login) AppendEncoded(*parts.login);
    if (parts.password) {
      url_.Append(':');
      AppendEncoded(*parts.password);
    }
    if (parts.login || parts.password) url_.Append('@');
    if (!parts.host || !IsPlainHost(parts.host->text.Reveal())) return;
    if (HoldsColon(parts.host->text.Reveal())) {
      url_.Append('[');
      AppendAddress(parts.host->text.Reveal());
      url_.Append(']');
    } else {
      AppendEncoded(*parts.host);
    }
    if (!parts.port) return;
    url_.Append(':');
    AppendEncoded(*parts.port);
  }

  void AppendDatabase(const std::optional<FieldText>& schema) {
    url_.Append('/');
    if (schema) AppendEncoded(*schema);
  }

  void AppendParameter(std::string_view name, const std::optional<FieldText>& value) {
    if (!value) return;
    url_.Append(has_parameters_ ? '&' : '?');
    url_.Append(name);
    url_.Append('=');
    AppendEncoded(*value);
    has_parameters_ = true;
  }

  Secret Build() && { return std::move(url_).Build(); }

 private:
  // The `%` before a zone is written `%25` (RFC 6874, section 2).
  void AppendAddress(std::string_view address) {
    const std::size_t zone = std::min(address.find('%'), address.size());
    url_.Append(address.substr(0, zone));
    url_.Append(PercentEncode(address.substr(zone)).Reveal());
  }

  void AppendEncoded(const FieldText& part) {
    url_.Append(PercentEncode(part.text.Reveal()).Reveal());
  }

  SecretBuilder url_;
  bool has_parameters_ = false;
};

FieldText BuildUrl(const UrlParts& parts) {
  UrlBuilder url;
  url.AppendAuthority(parts);
  url.AppendDatabase(parts.schema);
  if (parts.host && !IsPlainHost(parts.host->text.Reveal())) {
    url.AppendParameter("host", parts.host);
    url.AppendParameter("port", parts.port);
  }
  url.AppendParameter("sslmode", parts.sslmode);
  url.AppendParameter("options", parts.options);
  bool secret = false;
  for (const auto* part : {&parts.host, &parts.port, &parts.login, &parts.password, &parts.schema,
                           &parts.sslmode, &parts.options}) {
    secret = secret || (*part && (*part)->secret);
  }
  return {parts.password ? "password" : "host", std::move(url).Build(), secret};
}

Status SetUrl(Translation& translation) {
  ASSIGN_OR_RETURN(const UrlParts parts, ReadUrlParts(translation));
  if (!parts.host && !parts.schema) return {};
  RETURN_IF_ERROR(CheckHost(translation, parts.host));
  if (parts.password) {
    translation.AddScrubForm("password", PercentEncode(parts.password->text.Reveal()));
  }
  FieldText url = BuildUrl(parts);
  RETURN_IF_ERROR(translation.SetText("DATABASE_URL", url));
  translation.OfferUri(std::move(url));
  return {};
}

}  // namespace

Status TranslatePostgres(Translation& translation) {
  for (const Row& row : kTexts) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(row.field));
    if (value) RETURN_IF_ERROR(translation.SetText(row.variable, *value));
  }
  for (const Row& row : kFiles) RETURN_IF_ERROR(SetFile(translation, row));
  RETURN_IF_ERROR(RemoveInherited(translation));
  return SetUrl(translation);
}

}  // namespace injector
