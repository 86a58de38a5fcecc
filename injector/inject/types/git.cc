// What git asks for a login over HTTPS: a credential helper for the host alone (gitcredentials(7)),
// set for this job only by GIT_CONFIG_COUNT (git-config(1)). Statically that is git's own
// `credential-store` with a file of ours, otherwise runner-shim itself.

#include <string>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/loopback.h"
#include "injector/base/percent.h"
#include "injector/inject/git_site.h"
#include "injector/inject/types/host_port.h"
#include "injector/inject/types/login_delivery.h"
#include "injector/inject/types/site_url.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kStoreFile = "git/credentials";
// The user name that goes with a token at GitHub; GitLab and others take any.
constexpr std::string_view kDefaultLogin = "x-access-token";

// Whether what `authority` has behind its host is nothing or a port.
bool HasGoodPort(std::string_view authority) {
  const std::string_view port = authority.substr(HostIn(authority).size());
  return port.empty() || (port.starts_with(':') && IsPort(port.substr(1)));
}

// GitSite() of a host or a URL whose path does not matter.
Result<std::string> Site(const Translation& translation) {
  ASSIGN_OR_RETURN(const FieldText host, translation.RequiredField("host"));
  std::string_view text = host.text.Reveal();
  const bool plain = text.starts_with(kHttp);
  const std::string_view scheme = plain ? kHttp : kHttps;
  if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
  text = text.substr(0, text.find('/'));
  const bool strange =
      HostIn(text).empty() || !HasGoodPort(text) || text.find_first_of("@?#\\ \"'*") != text.npos;
  if (strange || HoldsAsciiControl(text)) {
    return translation.FieldError(host.field, "is not a host, with its port if it has one");
  }
  if (plain && !IsLoopback(HostIn(text))) {
    return translation.FieldError(host.field, "is http://, which would send the token unencrypted");
  }
  return GitSite(std::string(scheme) + std::string(text));
}

struct Login {
  Secret name;
  FieldText token;
};

Result<Login> ReadLogin(const Translation& translation) {
  ASSIGN_OR_RETURN(std::optional<FieldText> name, translation.Field("login"));
  ASSIGN_OR_RETURN(FieldText token, translation.RequiredField("token"));
  Login login{name ? std::move(name->text) : Secret::CopyOf(kDefaultLogin), std::move(token)};
  for (const Secret* text : {&login.name, &login.token.text}) {
    // git's protocol is made of lines.
    if (HoldsAsciiControl(text->Reveal())) {
      return translation.FieldError(login.token.field, "or login holds a control character");
    }
  }
  return login;
}

// Gives what the file holds for the site and takes nothing back: git would have its store forget a
// login that a server has refused once, and keep one that worked in the place of a newer one. What
// git asks is not passed on: a user name from `credential.username` or from the URL, the host in
// another case or with its port would find nothing, and the login is the host's whoever asks.
std::string ReadOnlyStore(const std::string& site) {
  const std::size_t scheme_end = site.find("://");
  return "!f() { test \"$2\" != get || printf '%s\\n' 'protocol=" + site.substr(0, scheme_end) +
         "' 'host=" + site.substr(scheme_end + 3) +
         "' '' | git credential-store --file=\"$1\" get; }; f ";
}

// A line that git's credential-store finds by protocol and host. Requires: Site() gave `site`, so
// that no quote is in it.
void AddToStore(Translation& translation, const std::string& site, const Login& login) {
  const std::size_t file = translation.SharedFile(kStoreFile);
  const std::size_t scheme_end = site.find("://") + 3;
  const Secret name = PercentEncode(login.name.Reveal());
  const Secret token = PercentEncode(login.token.text.Reveal());
  Secret& content = translation.ContentOf(file);
  const Secret line =
      Secret::Concat({std::string_view(site).substr(0, scheme_end), name.Reveal(), ":",
                      token.Reveal(), "@", std::string_view(site).substr(scheme_end), "\n"});
  // The same connection may be asked for twice.
  if (content.Reveal().find(line.Reveal()) != std::string_view::npos) return;
  content = Secret::Concat({content.Reveal(), line.Reveal()});
}

}  // namespace

Status TranslateGit(Translation& translation) {
  if (!translation.prefix().empty()) {
    return translation.FieldError("host", "has settings of git, which take no prefix")
        .WithHint("leave the prefix out: connections of other hosts do not get in its way");
  }
  ASSIGN_OR_RETURN(const std::string site, Site(translation));
  ASSIGN_OR_RETURN(Login login, ReadLogin(translation));
  ASSIGN_OR_RETURN(const LoginDelivery delivery, ReadLoginDelivery(translation));
  const Secret pair = Secret::Concat({login.name.Reveal(), ":", login.token.text.Reveal()});
  if (Status claim = translation.Claim("git host " + site, pair.Clone()); !claim.ok()) {
    return std::move(claim).error().WithHint(
        "ask for one of them: git has one login for a host, and its settings take no prefix");
  }
  // As the Authorization header has it, which GIT_TRACE_CURL may show.
  translation.AddScrubForm(login.token.field, Base64Encode(pair.Reveal()));

  const std::string key = "credential." + site + ".helper";
  const std::string origin = login.token.field;
  // The login is the host's, whatever path is asked for.
  translation.AddGitSetting(
      {.key = "credential." + site + ".useHttpPath", .value = "false", .origin = origin});
  // The user's own helpers for this host are not asked.
  translation.AddGitSetting({.key = key, .value = "", .origin = origin});
  if (delivery == LoginDelivery::kHelper) {
    const std::string path(Translation::HelperPath(HelperLogin::Protocol::kGit));
    RETURN_IF_ERROR(translation.OfferLogin({.protocol = HelperLogin::Protocol::kGit,
                                            .place = site,
                                            .login = std::move(login.name),
                                            .password = std::move(login.token.text)}));
    // "!": the rest is for a shell; without it git would take a quoted path for a command's name.
    translation.AddGitSetting({.key = key, .value = "!", .path = path, .origin = origin});
  } else {
    AddToStore(translation, site, login);
    translation.AddGitSetting({.key = key,
                               .value = ReadOnlyStore(site),
                               .path = std::string(kStoreFile),
                               .origin = origin});
  }
  return translation.SetText("GIT_TERMINAL_PROMPT", {origin, Secret::CopyOf("0")});
}

}  // namespace injector
