// HTTP APIs have no variables that every client reads, so theirs bear the connection's name. The
// netrc format is that of ftp(1) as curl and Python's netrc read it.

#include <algorithm>
#include <string>

#include "injector/base/ascii.h"
#include "injector/inject/types/host_port.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

bool HasScheme(std::string_view url) { return url.find("://") != std::string_view::npos; }

// Host and port of a URL, which is made around them.
Result<Secret> Authority(const Translation& translation, const FieldText& host) {
  const std::optional<HostPort> split = SplitHostPort(host.text.Reveal());
  if (!split) {
    return translation.FieldError(host.field,
                                  "is not a host alone; a whole address goes into `url`");
  }
  ASSIGN_OR_RETURN(const std::optional<FieldText> field, ReadPort(translation));
  const std::string_view port = field ? field->text.Reveal() : split->port;
  if (!split->port.empty() && port != split->port) {
    return translation.FieldError("port", "is there beside another one in host");
  }
  return Secret::Concat({UrlHost(split->host).Reveal(), port.empty() ? "" : ":", port});
}

// RFC 9110, section 5.5: a line end would begin another header.
Status CheckHeaderText(const Translation& translation, const FieldText& value) {
  if (!HoldsAsciiControl(value.text.Reveal())) return {};
  return translation.FieldError(value.field, "holds a control character, which a header cannot");
}

// RFC 7617, section 2: the server would take what follows for the password.
Status CheckLogin(const Translation& translation, const FieldText& login) {
  if (login.text.Reveal().find(':') == std::string_view::npos) return {};
  return translation.FieldError(login.field, "holds a colon, which an HTTP login cannot");
}

// https unless told otherwise: a token sent in clear is lost, a failed handshake is not.
Result<std::string> Scheme(const Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> schema, translation.Field("schema"));
  if (!schema) return std::string("https");
  std::string scheme = ToAsciiLower(schema->text.Reveal());
  if (scheme == "http" || scheme == "https") return scheme;
  return translation.FieldError("schema", "is neither http nor https");
}

Result<std::optional<FieldText>> Url(const Translation& translation) {
  ASSIGN_OR_RETURN(std::optional<FieldText> url, translation.Field("url"));
  if (url) return url;
  ASSIGN_OR_RETURN(std::optional<FieldText> host, translation.Field("host"));
  if (!host || HasScheme(host->text.Reveal())) return host;
  ASSIGN_OR_RETURN(const Secret authority, Authority(translation, *host));
  ASSIGN_OR_RETURN(const std::string scheme, Scheme(translation));
  host->text = Secret::Concat({scheme, "://", authority.Reveal()});
  return host;
}

// The host name alone, as clients look it up in a netrc file.
std::string_view MachineOf(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end != std::string_view::npos) url.remove_prefix(scheme_end + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::size_t at = url.rfind('@');
  if (at != std::string_view::npos) url.remove_prefix(at + 1);
  // curl looks an address up without its zone.
  if (url.starts_with('[')) return url.substr(1, url.find_first_of("]%") - 1);
  return url.substr(0, url.find(':'));
}

// Of a line of 4,096 bytes, less the longest keyword. Of a longer one curl takes nothing.
constexpr std::size_t kLongestNetrcWord = 4000;

// Words of a netrc file end at white space and cannot be escaped in a way that all readers share.
Status CheckNetrcWord(const Translation& translation, const FieldText& word) {
  const std::string_view text = word.text.Reveal();
  const bool breaks = std::any_of(text.begin(), text.end(), [](char c) {
    return IsAsciiSpace(c) || static_cast<unsigned char>(c) < 0x20;
  });
  if (breaks)
    return translation.FieldError(word.field, "holds white space, which a netrc file cannot");
  if (text.size() > kLongestNetrcWord) {
    return translation.FieldError(word.field,
                                  "is longer than 4000 bytes, which curl cannot read from a netrc "
                                  "file");
  }
  if (text.starts_with('"') || text.starts_with('#')) {
    return translation.FieldError(word.field, "begins with \" or #, which a netrc file cannot");
  }
  return {};
}

// `machine` is the host name of the field that it is called after.
Status AddToNetrc(Translation& translation, const FieldText& machine, const FieldText& login,
                  const FieldText& password) {
  for (const FieldText* word : {&machine, &login, &password}) {
    RETURN_IF_ERROR(CheckNetrcWord(translation, *word));
  }
  const std::string_view host = machine.text.Reveal();
  const Secret entry = Secret::Concat({"machine ", host, "\nlogin ", login.text.Reveal(),
                                       "\npassword ", password.text.Reveal(), "\n"});
  const std::size_t file = translation.SharedFile("netrc");
  RETURN_IF_ERROR(translation.Claim("netrc machine " + std::string(host), entry.Clone()));
  Secret& content = translation.ContentOf(file);
  if (content.Reveal().find(entry.Reveal()) == std::string_view::npos) {
    content = Secret::Concat({content.Reveal(), entry.Reveal()});
  }
  if (password.text.Reveal().find('\\') != std::string_view::npos) {
    translation.AddNote(
        "password holds a backslash, which curl reads from a netrc file as it is "
        "and Python as an escape");
  }
  const std::string variable = translation.prefix() + "NETRC";
  translation.AddNote("curl takes login and password by: curl --netrc-file \"$" + variable +
                      "\"; the user's own ~/.netrc is not read beside it");
  return translation.Set({.name = "NETRC",
                          .kind = InjectedVariable::Kind::kFilePath,
                          .file = file,
                          .when_inherited = InjectedVariable::WhenInherited::kConflict,
                          .origin = "password"});
}

}  // namespace

Status TranslateHttp(Translation& translation) {
  const std::string name = translation.NamePart();
  ASSIGN_OR_RETURN(std::optional<FieldText> url, Url(translation));
  if (url) RETURN_IF_ERROR(translation.SetText(name + "_URL", *url));
  for (std::string_view field : {"login", "password", "token", "header"}) {
    ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(field));
    if (!value) continue;
    if (field == "header" || field == "token") {
      RETURN_IF_ERROR(CheckHeaderText(translation, *value));
    }
    if (field == "login") RETURN_IF_ERROR(CheckLogin(translation, *value));
    RETURN_IF_ERROR(translation.SetText(name + "_" + ToAsciiUpper(field), *value));
  }
  ASSIGN_OR_RETURN(const std::optional<FieldText> login, translation.Field("login"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation.Field("password"));
  if (!url) return {};
  const FieldText machine{url->field, Secret::CopyOf(MachineOf(url->text.Reveal())), url->secret};
  translation.OfferUri(*std::move(url));
  if (!login || !password || machine.text.empty()) return {};
  return AddToNetrc(translation, machine, *login, *password);
}

}  // namespace injector
