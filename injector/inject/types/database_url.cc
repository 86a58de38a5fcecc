#include "injector/inject/types/database_url.h"

#include <algorithm>
#include <string>

#include "injector/base/percent.h"
#include "injector/inject/types/host_port.h"

namespace injector {
namespace {

bool IsPlainHost(std::string_view host) {
  return !host.starts_with('/') && host.find(',') == std::string_view::npos;
}

bool HoldsColon(std::string_view host) { return host.find(':') != std::string_view::npos; }

Status CheckHost(const Translation& translation, const DatabaseAddress& address) {
  if (!address.has_plain_host()) return {};
  const std::string_view text = address.host->text.Reveal();
  // A host with colons is an IPv6 address, and not a host with its port.
  if (!HoldsColon(text) || IsIpv6Address(text)) return {};
  return translation.FieldError(address.host->field,
                                "is not a host name or an IPv6 address; a port goes into `port`");
}

// Beside a list of hosts a list of ports, one for each or one for all.
Status CheckPorts(const Translation& translation, const DatabaseAddress& address) {
  if (!address.port) return {};
  std::string_view left = address.port->text.Reveal();
  const bool list = address.host && !address.has_plain_host();
  while (true) {
    const std::string_view port = list ? left.substr(0, left.find(',')) : left;
    if (!IsPort(port)) {
      return translation.FieldError(address.port->field, "is not a TCP port, 1 to 65535");
    }
    if (port.size() == left.size()) return {};
    left.remove_prefix(port.size() + 1);
  }
}

}  // namespace

bool DatabaseAddress::has_plain_host() const { return host && IsPlainHost(host->text.Reveal()); }

bool DatabaseAddress::secret() const {
  const auto is_secret = [](const auto* part) { return *part && (*part)->secret; };
  return std::ranges::any_of(
      std::initializer_list<const std::optional<FieldText>*>{&host, &port, &login, &password,
                                                             &schema},
      is_secret);
}

Result<DatabaseAddress> ReadDatabaseAddress(const Translation& translation) {
  DatabaseAddress address;
  ASSIGN_OR_RETURN(address.host, translation.Field("host"));
  ASSIGN_OR_RETURN(address.port, translation.Field("port"));
  ASSIGN_OR_RETURN(address.login, translation.Field("login"));
  ASSIGN_OR_RETURN(address.password, translation.Field("password"));
  ASSIGN_OR_RETURN(address.schema, translation.Field("schema"));
  RETURN_IF_ERROR(CheckHost(translation, address));
  RETURN_IF_ERROR(CheckPorts(translation, address));
  return address;
}

Status RefuseHostList(const Translation& translation, const DatabaseAddress& address) {
  if (!address.host || address.host->text.Reveal().find(',') == std::string_view::npos) return {};
  return translation.FieldError(address.host->field, "is a list, and its tools take one host");
}

DatabaseUrl::DatabaseUrl(std::string_view scheme, const DatabaseAddress& address) {
  url_.Append(scheme);
  url_.Append("://");
  if (address.login) AppendEncoded(*address.login);
  if (address.password) {
    url_.Append(':');
    AppendEncoded(*address.password);
  }
  if (address.login || address.password) url_.Append('@');
  if (address.has_plain_host()) AppendHost(address);
  url_.Append('/');
  if (address.schema) AppendEncoded(*address.schema);
}

void DatabaseUrl::AppendHost(const DatabaseAddress& address) {
  url_.Append(UrlHost(address.host->text.Reveal()).Reveal());
  if (!address.port) return;
  url_.Append(':');
  AppendEncoded(*address.port);
}

void DatabaseUrl::AppendParameter(std::string_view name, const std::optional<FieldText>& value) {
  if (!value) return;
  url_.Append(has_parameters_ ? '&' : '?');
  url_.Append(name);
  url_.Append('=');
  AppendEncoded(*value);
  has_parameters_ = true;
  has_secret_parameters_ = has_secret_parameters_ || value->secret;
}

void DatabaseUrl::AppendParameters(const std::vector<UrlParameter>& parameters) {
  for (const UrlParameter& parameter : parameters) {
    AppendParameter(PercentEncode(parameter.name).Reveal(), parameter.value.Clone());
  }
}

void DatabaseUrl::AppendEncoded(const FieldText& part) {
  url_.Append(PercentEncode(part.text.Reveal()).Reveal());
}

Status SetServerUrl(Translation& translation, std::string_view variable,
                    const DatabaseAddress& address, DatabaseUrl url) {
  if (!address.host && !address.schema) return {};
  if (address.password) {
    translation.AddScrubForm("password", PercentEncode(address.password->text.Reveal()));
  }
  const bool secret = url.has_secret_parameters() || address.secret();
  FieldText uri{address.password ? "password" : "host", std::move(url).Build(), secret};
  RETURN_IF_ERROR(translation.SetText(variable, uri));
  translation.OfferUri(std::move(uri));
  return {};
}

Status SetDatabaseUrl(Translation& translation, const DatabaseAddress& address, DatabaseUrl url) {
  return SetServerUrl(translation, "DATABASE_URL", address, std::move(url));
}

}  // namespace injector
