#include "injector/inject/types/jdbc_url.h"

#include <span>
#include <string>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/percent.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

struct Property {
  std::string_view field;
  std::string_view name;
};
constexpr Property kPostgres[] = {
    {"login", "user"}, {"password", "password"}, {"sslmode", "sslmode"}, {"options", "options"}};
constexpr Property kMysql[] = {{"login", "user"}, {"password", "password"}};

using Url = std::optional<FieldText>;

// Drivers read the host as it stands.
bool IsHostAlone(std::string_view host) {
  return !host.empty() && host.find_first_of("/?#@\\&%,;=() ") == std::string_view::npos &&
         !HoldsAsciiControl(host);
}

class ServerUrl {
 public:
  explicit ServerUrl(const Connection& connection) : connection_(connection) {}

  Result<Url> Build(std::string_view scheme, std::span<const Property> properties) && {
    ASSIGN_OR_RETURN(const Url host, ReadField(connection_, "host"));
    if (!host || !IsHostAlone(host->text.Reveal())) return Url();
    const bool is_ipv6 = host->text.Reveal().find(':') != std::string_view::npos;
    text_.Append(scheme);
    text_.Append(is_ipv6 ? "[" : "");
    text_.Append(host->text.Reveal());
    text_.Append(is_ipv6 ? "]" : "");
    RETURN_IF_ERROR(Append(":", "port"));
    text_.Append('/');
    RETURN_IF_ERROR(Append("", "schema"));
    for (const Property& property : properties) {
      const std::string_view before = has_properties_ ? "&" : "?";
      RETURN_IF_ERROR(
          Append(std::string(before) + std::string(property.name) + "=", property.field));
    }
    return Url(FieldText{origin_, std::move(text_).Build(), secret_ || host->secret});
  }

 private:
  // Nothing when the field is absent.
  Status Append(std::string_view before, std::string_view field) {
    ASSIGN_OR_RETURN(const Url value, ReadField(connection_, field));
    if (!value) return {};
    text_.Append(before);
    text_.Append(PercentEncode(value->text.Reveal()).Reveal());
    secret_ = secret_ || value->secret;
    has_properties_ = has_properties_ || before.starts_with('?');
    if (field == "password") origin_ = "password";
    return {};
  }

  const Connection& connection_;
  SecretBuilder text_;
  std::string origin_ = "host";
  bool secret_ = false;
  bool has_properties_ = false;
};

// A path as it is, up to a question mark.
Result<Url> FileUrl(const Connection& connection) {
  ASSIGN_OR_RETURN(const Url path, ReadField(connection, "path"));
  if (!path || path->text.Reveal().find('?') != std::string_view::npos) return Url();
  return Url(
      FieldText{path->field, Secret::Concat({"jdbc:sqlite:", path->text.Reveal()}), path->secret});
}

}  // namespace

Result<std::optional<FieldText>> JdbcUrl(const Connection& connection) {
  std::string type(TranslatorFor(connection.name.type).type);
  if (type == "database") {
    ASSIGN_OR_RETURN(const Url dialect, ReadField(connection, "dialect"));
    const std::string_view name = dialect ? dialect->text.Reveal() : std::string_view();
    type = TranslatorFor(name == "sqlite3" ? "sqlite" : name).type;
  }
  if (type == "postgres") return ServerUrl(connection).Build("jdbc:postgresql://", kPostgres);
  if (type == "mysql") return ServerUrl(connection).Build("jdbc:mysql://", kMysql);
  if (type == "sqlite") return FileUrl(connection);
  return Url();
}

}  // namespace injector
