// Logins to Maven repositories, as servers of a settings.xml (maven.apache.org, "Settings
// Reference"). Maven 3.9 finds it through MAVEN_ARGS; older ones are told with mvn -s.

#include <string>

#include "injector/base/ascii.h"
#include "injector/inject/types/translators.h"

namespace injector {
namespace {

constexpr std::string_view kBegin =
    "<settings xmlns=\"http://maven.apache.org/SETTINGS/1.0.0\">\n  <servers>\n";
constexpr std::string_view kEnd = "  </servers>\n</settings>\n";

Secret XmlEscape(std::string_view text) {
  SecretBuilder escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped.Append("&amp;");
        break;
      case '<':
        escaped.Append("&lt;");
        break;
      case '>':
        escaped.Append("&gt;");
        break;
      default:
        escaped.Append(c);
    }
  }
  return std::move(escaped).Build();
}

// Maven replaces ${NAME} in the file, and has no way to write one that stays.
Result<Secret> Element(const Translation& translation, std::string_view name,
                       std::string_view field) {
  ASSIGN_OR_RETURN(const FieldText value, translation.RequiredField(field));
  const std::string_view text = value.text.Reveal();
  if (HoldsAsciiControl(text)) {
    return translation.FieldError(field, "holds a control character, which settings.xml cannot");
  }
  if (StripAsciiSpace(text) != text) {
    return translation.FieldError(field, "begins or ends with a blank, which Maven would drop");
  }
  if (text.find("${") != std::string_view::npos) {
    return translation.FieldError(field, "holds ${, which Maven would take for a property");
  }
  return Secret::Concat({"      <", name, ">", XmlEscape(text).Reveal(), "</", name, ">\n"});
}

Result<Secret> ServerElement(const Translation& translation) {
  ASSIGN_OR_RETURN(const Secret id, Element(translation, "id", "server_id"));
  ASSIGN_OR_RETURN(const Secret login, Element(translation, "username", "login"));
  ASSIGN_OR_RETURN(const Secret password, Element(translation, "password", "password"));
  return Secret::Concat(
      {"    <server>\n", id.Reveal(), login.Reveal(), password.Reveal(), "    </server>\n"});
}

void AddServer(Secret& content, const Secret& server) {
  if (content.empty()) content = Secret::Concat({kBegin, kEnd});
  const std::string_view text = content.Reveal();
  if (text.find(server.Reveal()) != std::string_view::npos) return;
  content = Secret::Concat({text.substr(0, text.size() - kEnd.size()), server.Reveal(), kEnd});
}

void AddWarnings(Translation& translation, const Secret& password) {
  const UserConfiguration* users =
      translation.FindUserConfiguration(UserConfigurationKind::kMavenSettings);
  if (users != nullptr && users->content) {
    translation.AddWarning(users->path + " is not read beside this connection's settings.xml");
  }
  const std::size_t brace = password.Reveal().find('{');
  if (password.Reveal().find('}', std::min(brace, password.size())) != std::string_view::npos) {
    translation.AddNote("password holds braces, between which Maven may look for an encrypted one");
  }
}

// Behind ours: of two settings Maven takes the first.
std::string InheritedArguments(const Translation& translation) {
  const UserConfiguration* inherited =
      translation.FindUserConfiguration(UserConfigurationKind::kMavenArguments);
  if (inherited == nullptr || !inherited->content) return "";
  return " " + std::string(inherited->content->Reveal());
}

}  // namespace

Status TranslateMaven(Translation& translation) {
  using Kind = InjectedVariable::Kind;
  ASSIGN_OR_RETURN(const Secret server, ServerElement(translation));
  ASSIGN_OR_RETURN(const FieldText id, translation.RequiredField("server_id"));
  ASSIGN_OR_RETURN(const FieldText password, translation.RequiredField("password"));
  RETURN_IF_ERROR(
      translation.Claim("maven server " + std::string(id.text.Reveal()), server.Clone()));
  translation.AddScrubForm("password", XmlEscape(password.text.Reveal()));
  const std::size_t file = translation.SharedFile("maven/settings.xml");
  AddServer(translation.ContentOf(file), server);
  AddWarnings(translation, password.text);
  RETURN_IF_ERROR(translation.Set({.name = "MAVEN_ARGS",
                                   .kind = Kind::kFilePath,
                                   .file = file,
                                   .before = "-s ",
                                   .after = InheritedArguments(translation),
                                   .origin = "password"}));
  return translation.Set({.name = "INJECTOR_MAVEN_SETTINGS",
                          .kind = Kind::kFilePath,
                          .file = file,
                          .origin = "password"});
}

}  // namespace injector
