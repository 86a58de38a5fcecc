#pragma once
// The parts that every database server's connection has, and DATABASE_URL made of them: a URL of
// RFC 3986, percent-encoded part by part.

#include <optional>
#include <string_view>

#include "injector/inject/translation.h"
#include "injector/inject/types/url_parameters.h"

namespace injector {

struct DatabaseAddress {
  std::optional<FieldText> host, port, login, password, schema;

  // A directory of sockets and a list of hosts have no place in a URL's authority that all readers
  // understand; as parameters they have.
  bool has_plain_host() const;
  // One of the parts is secret.
  bool secret() const;
};

// kInvalidArgument for a host that holds a port, and for a port that is none.
Result<DatabaseAddress> ReadDatabaseAddress(const Translation& translation);

// kInvalidArgument for several hosts, which libpq alone takes: without the error the URL would name
// none, and clients would connect to this machine.
Status RefuseHostList(const Translation& translation, const DatabaseAddress& address);

class DatabaseUrl {
 public:
  // Begins it with everything but a host that is not plain.
  DatabaseUrl(std::string_view scheme, const DatabaseAddress& address);

  // Nothing when the value is absent.
  void AppendParameter(std::string_view name, const std::optional<FieldText>& value);
  void AppendParameters(const std::vector<UrlParameter>& parameters);
  // One of the parameters is secret.
  bool has_secret_parameters() const { return has_secret_parameters_; }
  Secret Build() && { return std::move(url_).Build(); }

 private:
  void AppendHost(const DatabaseAddress& address);
  void AppendEncoded(const FieldText& part);

  SecretBuilder url_;
  bool has_parameters_ = false;
  bool has_secret_parameters_ = false;
};

// Sets `variable` and offers the same as the connection's URI, unless neither host nor schema is
// known.
Status SetServerUrl(Translation& translation, std::string_view variable,
                    const DatabaseAddress& address, DatabaseUrl url);
// The same with DATABASE_URL.
Status SetDatabaseUrl(Translation& translation, const DatabaseAddress& address, DatabaseUrl url);

}  // namespace injector
