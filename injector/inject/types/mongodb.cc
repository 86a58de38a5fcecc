// A connection string (MongoDB manual, "Connection Strings"; the specification "Connection String
// Spec" in mongodb/specifications for what is encoded). mongosh takes it as its first argument.

#include <string>

#include "injector/base/ascii.h"
#include "injector/base/percent.h"
#include "injector/inject/types/flag_field.h"
#include "injector/inject/types/host_port.h"
#include "injector/inject/types/translators.h"
#include "injector/inject/types/url_parameters.h"

namespace injector {
namespace {

constexpr std::string_view kSrvScheme = "mongodb+srv://";
constexpr std::string_view kScheme = "mongodb://";

Status CheckUri(const Translation& translation, const FieldText& uri) {
  const std::string_view text = uri.text.Reveal();
  if (!text.starts_with(kScheme) && !text.starts_with(kSrvScheme)) {
    return translation.FieldError(uri.field, "begins with neither mongodb:// nor mongodb+srv://");
  }
  if (!HoldsAsciiControl(text)) return {};
  return translation.FieldError(uri.field, "holds a control character");
}

class ConnectionString {
 public:
  explicit ConnectionString(Translation& translation) : translation_(translation) {}

  Result<FieldText> Build() && {
    ASSIGN_OR_RETURN(const std::optional<bool> srv, ReadFlag(translation_, "srv"));
    text_.Append(srv.value_or(false) ? kSrvScheme : kScheme);
    RETURN_IF_ERROR(AppendLogin());
    RETURN_IF_ERROR(AppendHosts(srv.value_or(false)));
    text_.Append('/');
    ASSIGN_OR_RETURN(const std::optional<FieldText> schema, translation_.Field("schema"));
    if (schema) AppendEncoded(*schema);
    ASSIGN_OR_RETURN(const std::optional<FieldText> source, translation_.Field("user_database"));
    if (source) AppendParameter("authSource", *source);
    ASSIGN_OR_RETURN(const std::optional<bool> tls, ReadFlag(translation_, "tls"));
    if (tls) AppendParameter("tls", {"tls", Secret::CopyOf(*tls ? "true" : "false")});
    for (const UrlParameter& parameter : TakeUrlParameters(translation_, "mongodb")) {
      AppendParameter(PercentEncode(parameter.name).Reveal(), parameter.value);
    }
    return FieldText{origin_, std::move(text_).Build(), secret_};
  }

 private:
  Status AppendLogin() {
    ASSIGN_OR_RETURN(const std::optional<FieldText> login, translation_.Field("login"));
    ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation_.Field("password"));
    if (password && !login) {
      return translation_.FieldError("login", "is missing beside password");
    }
    if (login) AppendEncoded(*login);
    if (password) {
      text_.Append(':');
      AppendEncoded(*password);
      origin_ = "password";
    }
    if (login) text_.Append('@');
    return {};
  }

  // One host or several, each with its port if it has one. With SRV the name alone stands there:
  // ports come from the DNS.
  Status AppendHosts(bool srv) {
    ASSIGN_OR_RETURN(const FieldText hosts, translation_.RequiredField("host"));
    ASSIGN_OR_RETURN(const std::optional<FieldText> port, ReadPort(translation_));
    std::string_view left = hosts.text.Reveal();
    const bool takes_port = port && !srv && left.find(',') == std::string_view::npos;
    while (true) {
      const std::string_view text = left.substr(0, left.find(','));
      const std::optional<HostPort> host = SplitHostPort(text);
      if (!host) {
        return translation_.FieldError(hosts.field,
                                       "is not a list of hosts; a whole string goes into `uri`");
      }
      AppendHost(*host, takes_port ? port->text.Reveal() : std::string_view());
      if (text.size() == left.size()) return {};
      text_.Append(',');
      left.remove_prefix(text.size() + 1);
    }
  }

  void AppendHost(const HostPort& host, std::string_view default_port) {
    text_.Append(UrlHost(host.host).Reveal());
    const std::string_view port = host.port.empty() ? default_port : host.port;
    if (port.empty()) return;
    text_.Append(':');
    text_.Append(port);
  }

  void AppendParameter(std::string_view name, const FieldText& value) {
    text_.Append(has_parameters_ ? '&' : '?');
    text_.Append(name);
    text_.Append('=');
    AppendEncoded(value);
    has_parameters_ = true;
  }

  void AppendEncoded(const FieldText& part) {
    text_.Append(PercentEncode(part.text.Reveal()).Reveal());
    secret_ = secret_ || part.secret;
  }

  Translation& translation_;
  SecretBuilder text_;
  std::string origin_ = "host";
  bool secret_ = false;
  bool has_parameters_ = false;
};

}  // namespace

Status TranslateMongodb(Translation& translation) {
  ASSIGN_OR_RETURN(std::optional<FieldText> uri, translation.Field("uri"));
  if (uri) {
    RETURN_IF_ERROR(CheckUri(translation, *uri));
  } else {
    ASSIGN_OR_RETURN(uri, ConnectionString(translation).Build());
    ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation.Field("password"));
    if (password) translation.AddScrubForm("password", PercentEncode(password->text.Reveal()));
  }
  RETURN_IF_ERROR(translation.SetText("MONGODB_URI", *uri));
  translation.OfferUri(*std::move(uri));
  return {};
}

}  // namespace injector
