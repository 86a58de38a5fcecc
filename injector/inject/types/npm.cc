// Logins to npm registries in an .npmrc, which npm, pnpm and yarn 1 read (docs.npmjs.com, "npmrc",
// "Auth related configuration"): in front of the user's own, each for its registry's URL alone.

#include <algorithm>
#include <string>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/inject/types/site_url.h"
#include "injector/inject/types/translators.h"
#include "injector/model/json.h"

namespace injector {
namespace {

constexpr std::string_view kPublicRegistry = "https://registry.npmjs.org/";

struct Setting {
  std::string key;
  Secret value;
};

Result<SiteUrl> Registry(Translation& translation) {
  ASSIGN_OR_RETURN(std::optional<FieldText> field, translation.Field("registry"));
  if (!field) field = FieldText{.field = "registry", .text = Secret::CopyOf(kPublicRegistry)};
  ASSIGN_OR_RETURN(SiteUrl url, ReadSiteUrl(translation, *field));
  // npm would end the name of a setting there, or replace a part of it.
  if (url.Text().find_first_of("=;$") != std::string::npos) {
    return translation.FieldError(field->field, "holds =, ; or $, which an .npmrc cannot");
  }
  if (!url.path.ends_with('/')) url.path += '/';
  return url;
}

// npm replaces ${NAME} in what it reads by a variable.
Status CheckValue(const Translation& translation, const FieldText& value) {
  const std::string_view text = value.text.Reveal();
  if (HoldsAsciiControl(text)) {
    return translation.FieldError(value.field, "holds a control character");
  }
  if (text.find("${") == std::string_view::npos) return {};
  return translation.FieldError(value.field, "holds ${, which npm would take for a variable");
}

Result<std::vector<Setting>> LoginSettings(Translation& translation, const std::string& key) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> token, translation.Field("token"));
  std::vector<Setting> settings;
  if (token) {
    RETURN_IF_ERROR(CheckValue(translation, *token));
    settings.push_back({key + ":_authToken", token->text.Clone()});
    return settings;
  }
  ASSIGN_OR_RETURN(const std::optional<FieldText> login, translation.Field("login"));
  ASSIGN_OR_RETURN(const std::optional<FieldText> password, translation.Field("password"));
  if (!login || !password) {
    return translation.FieldError("token", "is missing, and so is a login with its password");
  }
  RETURN_IF_ERROR(CheckValue(translation, *login));
  if (login->text.Reveal().find(':') != std::string_view::npos) {
    return translation.FieldError("login", "holds a colon, which an HTTP login cannot");
  }
  Secret encoded = Base64Encode(password->text.Reveal());
  translation.AddScrubForm("password", encoded.Clone());
  // As the Authorization header has it.
  const Secret pair = Secret::Concat({login->text.Reveal(), ":", password->text.Reveal()});
  translation.AddScrubForm("password", Base64Encode(pair.Reveal()));
  settings.push_back({key + ":username", login->text.Clone()});
  settings.push_back({key + ":_password", std::move(encoded)});
  return settings;
}

// For which packages the registry is asked: those of a scope, or all that have no scope of their
// own. The public one is that already.
Status AddRegistry(Translation& translation, const SiteUrl& url, std::vector<Setting>& settings) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> scope, translation.Field("scope"));
  if (!scope && url.Text() == kPublicRegistry) return {};
  std::string key = "registry";
  if (scope) {
    std::string_view name = scope->text.Reveal();
    if (name.starts_with('@')) name.remove_prefix(1);
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
      return IsAsciiAlnum(c) || c == '-' || c == '_' || c == '.';
    });
    if (!is_name) return translation.FieldError("scope", "is not the name of a scope");
    key = "@" + std::string(name) + ":registry";
  }
  Status claim = translation.Claim("npm " + key, Secret::CopyOf(url.Text()));
  if (!claim.ok() && !scope) {
    return std::move(claim).error().WithHint("give one of them a `scope`, or a prefix");
  }
  RETURN_IF_ERROR(std::move(claim));
  settings.push_back({std::move(key), Secret::CopyOf(url.Text())});
  return {};
}

std::string_view KeyOf(std::string_view line) {
  return StripAsciiSpace(line.substr(0, line.find('=')));
}

// `text` without the lines that set what ours do, or log in at the same registry otherwise.
Secret WithoutOurs(std::string_view text, const std::vector<Setting>& ours,
                   const std::string& login) {
  SecretBuilder kept;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, size);
    const std::string_view key = KeyOf(line);
    const bool is_ours =
        key.starts_with(login + ":") ||
        std::ranges::any_of(ours, [key](const Setting& setting) { return setting.key == key; });
    if (!is_ours) kept.Append(line);
    text.remove_prefix(size);
  }
  return std::move(kept).Build();
}

// First, so that nothing of the user's puts them into a section. In quotes, which the reader takes
// for those of JSON, a value may hold anything.
Secret Merged(const std::vector<Setting>& settings, const Secret& rest) {
  SecretBuilder text;
  for (const Setting& setting : settings) {
    text.Append(setting.key);
    text.Append('=');
    text.Append(WriteJson(Value::String(setting.value.Clone())).Reveal());
    text.Append('\n');
  }
  text.Append(rest.Reveal());
  return std::move(text).Build();
}

Secret ClaimOf(const std::vector<Setting>& settings) {
  SecretBuilder all;
  for (const Setting& setting : settings) {
    all.Append(setting.value.Reveal());
    all.Append('\n');
  }
  return std::move(all).Build();
}

}  // namespace

Status TranslateNpm(Translation& translation) {
  ASSIGN_OR_RETURN(const SiteUrl url, Registry(translation));
  const std::string login = "//" + url.authority + url.path;
  ASSIGN_OR_RETURN(std::vector<Setting> settings, LoginSettings(translation, login));
  RETURN_IF_ERROR(translation.Claim("npm registry " + login, ClaimOf(settings)));
  RETURN_IF_ERROR(AddRegistry(translation, url, settings));

  const std::size_t file = translation.SharedFile("npm/npmrc");
  Secret& content = translation.ContentOf(file);
  const UserConfiguration* users =
      translation.FindUserConfiguration(UserConfigurationKind::kNpmConfig);
  const bool begins_as_users = content.empty() && users != nullptr && users->content;
  const std::string_view before = begins_as_users ? users->content->Reveal() : content.Reveal();
  content = Merged(settings, WithoutOurs(before, settings, login));

  translation.AddNote("a project's own .npmrc wins over it where both name one registry");
  // The environment beats every file, and npm reads it in either case.
  for (const char* name : {"npm_config_userconfig", "npm_config_registry", "NPM_CONFIG_REGISTRY"}) {
    translation.Remove(name);
  }
  return translation.Set(
      {.name = "NPM_CONFIG_USERCONFIG",
       .kind = InjectedVariable::Kind::kFilePath,
       .file = file,
       .origin = settings.front().key.ends_with("_authToken") ? "token" : "password"});
}

}  // namespace injector
