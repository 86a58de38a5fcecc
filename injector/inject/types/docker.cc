// Logins to container registries, in the file that the docker CLI reads (config.json) and podman,
// skopeo and buildah understand (containers-auth.json(5)).

#include <string>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/inject/registry_key.h"
#include "injector/inject/types/host_port.h"
#include "injector/inject/types/login_delivery.h"
#include "injector/inject/types/translators.h"
#include "injector/model/json.h"

namespace injector {
namespace {

constexpr std::string_view kConfigFile = "docker/config.json";
constexpr std::string_view kAuthFile = "docker/auth.json";
// docker-credential-runner-shim
constexpr std::string_view kHelper = "runner-shim";

Value& MemberOf(Value& map, std::string_view name) {
  for (Value::Member& member : map.members()) {
    if (member.name == name) return member.value;
  }
  map.members().push_back({std::string(name), Value()});
  return map.members().back().value;
}

// As MemberOf; what is there and no map is replaced by an empty one.
Value& MapMemberOf(Value& map, std::string_view name) {
  Value& member = MemberOf(map, name);
  if (member.kind() != Value::Kind::kMap) member = Value::Map({});
  return member;
}

void EraseMember(Value& map, std::string_view name) {
  if (map.kind() != Value::Kind::kMap) return;
  std::erase_if(map.members(), [name](const auto& member) { return member.name == name; });
}

// An empty document counts as {}, as the docker CLI has it.
Result<Value> ParseConfiguration(const Secret& text, const std::string& name) {
  if (StripAsciiSpace(text.Reveal()).empty()) return Value::Map({});
  Result<Value> root = ParseJson(text.Reveal());
  if (!root.ok()) return std::move(root).error().WithContext(name);
  if (root->kind() != Value::Kind::kMap) {
    return Error(ErrorCode::kInvalidArgument, name + ": expected a JSON object");
  }
  return root;
}

Result<Value> UsersConfiguration(const Translation& translation) {
  const UserConfiguration* file =
      translation.FindUserConfiguration(UserConfigurationKind::kDockerConfig);
  Value root = Value::Map({});
  if (file != nullptr && file->content) {
    ASSIGN_OR_RETURN(root, ParseConfiguration(*file->content, file->path));
  }
  const UserConfiguration* variable =
      translation.FindUserConfiguration(UserConfigurationKind::kDockerAuthConfig);
  if (variable == nullptr || !variable->content) return root;
  // The CLI prefers its logins to those of the file, and ignores it when it does not parse.
  const Result<Value> preferred = ParseJson(variable->content->Reveal());
  const Value* auths = preferred.ok() ? preferred->Find("auths") : nullptr;
  if (auths == nullptr || auths->kind() != Value::Kind::kMap) return root;
  for (const Value::Member& member : auths->members()) {
    MemberOf(MapMemberOf(root, "auths"), member.name) = member.value.Clone();
  }
  return root;
}

// What podman and skopeo would read: their own file, and docker's behind it.
Result<Value> UsersAuthFile(const Translation& translation) {
  ASSIGN_OR_RETURN(Value root, UsersConfiguration(translation));
  const UserConfiguration* file =
      translation.FindUserConfiguration(UserConfigurationKind::kContainersAuth);
  if (file == nullptr || !file->content) return root;
  ASSIGN_OR_RETURN(const Value own, ParseConfiguration(*file->content, file->path));
  for (const std::string_view kind : {"auths", "credHelpers"}) {
    const Value* logins = own.Find(kind);
    if (logins == nullptr || logins->kind() != Value::Kind::kMap) continue;
    for (const Value::Member& member : logins->members()) {
      MemberOf(MapMemberOf(root, kind), member.name) = member.value.Clone();
    }
  }
  return root;
}

void SetLogin(Value& root, std::string_view registry, const Secret& auth) {
  std::vector<Value::Member> login;
  login.push_back({"auth", Value::String(auth.Clone())});
  MemberOf(MapMemberOf(root, "auths"), registry) = Value::Map(std::move(login));
}

// Adds a login to the shared file `name`, which begins as the user's configuration.
Result<Value> LoadShared(Translation& translation, std::size_t file, const std::string& name) {
  const Secret& content = translation.ContentOf(file);
  if (!content.empty()) return ParseConfiguration(content, name);
  return name == kAuthFile ? UsersAuthFile(translation) : UsersConfiguration(translation);
}

Result<bool> UserHasHelpers(const Translation& translation) {
  ASSIGN_OR_RETURN(const Value root, UsersConfiguration(translation));
  return root.Find("credsStore") != nullptr || root.Find("credHelpers") != nullptr;
}

// Whether podman and skopeo read something else than docker does.
Result<bool> NeedsAuthFile(const Translation& translation) {
  const UserConfiguration* own =
      translation.FindUserConfiguration(UserConfigurationKind::kContainersAuth);
  if (own != nullptr && own->content) return true;
  return UserHasHelpers(translation);
}

// With a credential helper of the user's the docker CLI does not look into `auths`, unless the
// helper for this registry is the empty name.
Result<std::size_t> AddToConfigFile(Translation& translation, const std::string& registry,
                                    const Secret& auth) {
  const std::size_t file = translation.SharedFile(kConfigFile);
  ASSIGN_OR_RETURN(Value root, LoadShared(translation, file, std::string(kConfigFile)));
  SetLogin(root, registry, auth);
  ASSIGN_OR_RETURN(const bool helpers, UserHasHelpers(translation));
  if (helpers) MemberOf(MapMemberOf(root, "credHelpers"), registry) = Value::String("");
  translation.ContentOf(file) = WriteJson(root, JsonStyle::kIndented);
  return file;
}

// podman and skopeo would run the helper of the empty name, so they get a file without it.
Result<std::size_t> AddToAuthFile(Translation& translation, const std::string& registry,
                                  const Secret& auth) {
  const std::size_t file = translation.SharedFile(kAuthFile);
  ASSIGN_OR_RETURN(Value root, LoadShared(translation, file, std::string(kAuthFile)));
  SetLogin(root, registry, auth);
  EraseMember(MapMemberOf(root, "credHelpers"), registry);
  translation.ContentOf(file) = WriteJson(root, JsonStyle::kIndented);
  return file;
}

// The helper is asked for this registry, by docker, podman and skopeo alike.
Result<std::size_t> AddHelperToFile(Translation& translation, std::string_view name,
                                    const std::string& registry) {
  const std::size_t file = translation.SharedFile(name);
  ASSIGN_OR_RETURN(Value root, LoadShared(translation, file, std::string(name)));
  if (root.Find("auths") != nullptr) EraseMember(MemberOf(root, "auths"), registry);
  Value& helpers = MapMemberOf(root, "credHelpers");
  MemberOf(helpers, registry) = Value::String(kHelper);
  // As podman and skopeo call it.
  if (registry == kDockerHub) MemberOf(helpers, "docker.io") = Value::String(kHelper);
  translation.ContentOf(file) = WriteJson(root, JsonStyle::kIndented);
  return file;
}

// Nobody means one; the tools' files and requests cannot all carry it.
Status RefuseControl(const Translation& translation, const FieldText& value) {
  if (!HoldsAsciiControl(value.text.Reveal())) return {};
  return translation.FieldError(value.field, "holds a control character");
}

// The port of docker://user:password@host:5000 stands apart.
Result<std::string> Registry(const Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> field, translation.Field("registry"));
  if (!field) return RegistryKey("");
  RETURN_IF_ERROR(RefuseControl(translation, *field));
  const std::string key = RegistryKey(field->text.Reveal());
  ASSIGN_OR_RETURN(const std::optional<FieldText> port, ReadPort(translation));
  if (!port || key.find_first_of(":/") != std::string::npos) return key;
  return key + ":" + std::string(port->text.Reveal());
}

// `auth` is decoded at its first colon; an empty user makes the CLI refuse the whole file.
Result<Secret> Auth(const Translation& translation) {
  ASSIGN_OR_RETURN(const FieldText login, translation.RequiredField("login"));
  ASSIGN_OR_RETURN(const FieldText password, translation.RequiredField("password"));
  RETURN_IF_ERROR(RefuseControl(translation, login));
  if (login.text.Reveal().find(':') != std::string_view::npos) {
    return translation.FieldError("login", "holds a colon, which a registry login cannot");
  }
  return Base64Encode(Secret::Concat({login.text.Reveal(), ":", password.text.Reveal()}).Reveal());
}

void LinkDirectories(Translation& translation) {
  const UserConfiguration* file =
      translation.FindUserConfiguration(UserConfigurationKind::kDockerConfig);
  if (file == nullptr) return;
  const std::string directory = file->path.substr(0, file->path.rfind('/') + 1);
  for (const char* name : {"cli-plugins", "contexts"}) {
    translation.AddLink(std::string("docker/") + name, directory + name);
  }
}

// The files that docker, and that podman and skopeo read.
struct LoginFiles {
  std::size_t config;
  std::size_t auth;
};

Result<LoginFiles> AddLogin(Translation& translation, const std::string& registry,
                            const Secret& auth) {
  ASSIGN_OR_RETURN(const std::size_t config, AddToConfigFile(translation, registry, auth));
  ASSIGN_OR_RETURN(const bool apart, NeedsAuthFile(translation));
  if (!apart) return LoginFiles{config, config};
  ASSIGN_OR_RETURN(const std::size_t auth_file, AddToAuthFile(translation, registry, auth));
  return LoginFiles{config, auth_file};
}

Result<LoginFiles> AddHelper(Translation& translation, const std::string& registry) {
  constexpr auto kProtocol = HelperLogin::Protocol::kDocker;
  ASSIGN_OR_RETURN(FieldText login, translation.RequiredField("login"));
  ASSIGN_OR_RETURN(FieldText password, translation.RequiredField("password"));
  RETURN_IF_ERROR(RefuseControl(translation, password));
  RETURN_IF_ERROR(translation.OfferLogin({.protocol = kProtocol,
                                          .place = registry,
                                          .login = std::move(login.text),
                                          .password = std::move(password.text)}));
  // Tools look it up by name.
  const std::string_view link = Translation::HelperPath(kProtocol);
  translation.AddSearchDirectory(link.substr(0, link.find('/')));
  ASSIGN_OR_RETURN(const std::size_t config, AddHelperToFile(translation, kConfigFile, registry));
  ASSIGN_OR_RETURN(const bool apart, NeedsAuthFile(translation));
  if (!apart) return LoginFiles{config, config};
  ASSIGN_OR_RETURN(const std::size_t auth, AddHelperToFile(translation, kAuthFile, registry));
  return LoginFiles{config, auth};
}

}  // namespace

Status TranslateDocker(Translation& translation) {
  using Kind = InjectedVariable::Kind;
  ASSIGN_OR_RETURN(const std::string registry, Registry(translation));
  ASSIGN_OR_RETURN(const Secret auth, Auth(translation));
  ASSIGN_OR_RETURN(const LoginDelivery delivery, ReadLoginDelivery(translation));
  RETURN_IF_ERROR(translation.Claim("registry " + registry, auth.Clone()));
  translation.AddScrubForm("password", auth.Clone());

  ASSIGN_OR_RETURN(const LoginFiles files, delivery == LoginDelivery::kHelper
                                               ? AddHelper(translation, registry)
                                               : AddLogin(translation, registry, auth));
  LinkDirectories(translation);
  translation.Remove("DOCKER_AUTH_CONFIG");
  RETURN_IF_ERROR(translation.Set({.name = "DOCKER_CONFIG",
                                   .kind = Kind::kFileDirectory,
                                   .file = files.config,
                                   .origin = "password"}));
  return translation.Set({.name = "REGISTRY_AUTH_FILE",
                          .kind = Kind::kFilePath,
                          .file = files.auth,
                          .origin = "password"});
}

}  // namespace injector
