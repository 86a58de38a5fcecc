// A cluster as a kubeconfig (kubernetes.io, "Organizing Cluster Access Using kubeconfig Files";
// its API reference, "kubeconfig (v1)"), written as JSON, which every reader of YAML takes. In
// front of the user's own files: the first that names a current context decides it.

#include <string>

#include "injector/base/base64.h"
#include "injector/inject/types/pem_file.h"
#include "injector/inject/types/site_url.h"
#include "injector/inject/types/translators.h"
#include "injector/model/json.h"
#include "injector/yaml/parse.h"

namespace injector {
namespace {

using Members = std::vector<Value::Member>;

// What helm takes before the kubeconfig: another cluster, another login (helm help, "environment
// variables").
constexpr std::string_view kRemoved[] = {"HELM_KUBEAPISERVER",
                                         "HELM_KUBETOKEN",
                                         "HELM_KUBECONTEXT",
                                         "HELM_KUBECAFILE",
                                         "HELM_KUBEASUSER",
                                         "HELM_KUBEASGROUPS",
                                         "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
                                         "HELM_KUBETLS_SERVER_NAME"};

Value Named(const std::string& name, std::string_view kind, Members members) {
  Members named;
  named.push_back({"name", Value::String(name)});
  named.push_back({std::string(kind), Value::Map(std::move(members))});
  return Value::Map(std::move(named));
}

// `name`-data with the text, which may be base64 already, as kubeconfigs have it; else a path.
Status AppendPem(Translation& translation, std::string_view field, const std::string& name,
                 Members& members) {
  // "-----BEGIN" in base64.
  constexpr std::string_view kEncodedPem = "LS0tLS1CRUdJTi";
  ASSIGN_OR_RETURN(const std::optional<FieldText> value, translation.Field(field));
  if (!value) return {};
  const std::string_view text = value->text.Reveal();
  if (text.starts_with(kEncodedPem)) {
    members.push_back({name + "-data", Value::String(text)});
  } else if (IsPemText(*value)) {
    Secret encoded = Base64Encode(text);
    if (value->secret) translation.AddScrubForm(field, encoded.Clone());
    members.push_back({name + "-data", Value::String(std::move(encoded))});
  } else {
    members.push_back({name, Value::String(text)});
  }
  return {};
}

Result<Value> Cluster(Translation& translation, const std::string& name) {
  ASSIGN_OR_RETURN(const FieldText server, translation.RequiredField("server"));
  ASSIGN_OR_RETURN(const SiteUrl url, ReadSiteUrl(translation, server));
  Members members;
  members.push_back({"server", Value::String(url.Text())});
  RETURN_IF_ERROR(AppendPem(translation, "ca", "certificate-authority", members));
  return Named(name, "cluster", std::move(members));
}

Result<Value> User(Translation& translation, const std::string& name) {
  Members members;
  ASSIGN_OR_RETURN(const std::optional<FieldText> token, translation.Field("token"));
  if (token) members.push_back({"token", Value::String(token->text.Clone())});
  RETURN_IF_ERROR(AppendPem(translation, "client_cert", "client-certificate", members));
  RETURN_IF_ERROR(AppendPem(translation, "client_key", "client-key", members));
  if (members.empty()) {
    return translation.FieldError("token", "is missing, and so is a client certificate");
  }
  return Named(name, "user", std::move(members));
}

Result<Value> Context(const Translation& translation, const std::string& name) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> space, translation.Field("namespace"));
  Members members;
  members.push_back({"cluster", Value::String(name)});
  members.push_back({"user", Value::String(name)});
  if (space) members.push_back({"namespace", Value::String(space->text.Clone())});
  return Named(name, "context", std::move(members));
}

Value List(const Value& config, std::string_view name, Value added) {
  std::vector<Value> items;
  if (const Value* known = config.Find(name)) {
    for (const Value& item : known->items()) items.push_back(item.Clone());
  }
  items.push_back(std::move(added));
  return Value::List(std::move(items));
}

struct Entries {
  Value cluster, user, context;
};

Result<Entries> MakeEntries(Translation& translation, const std::string& name) {
  Entries entries;
  ASSIGN_OR_RETURN(entries.cluster, Cluster(translation, name));
  ASSIGN_OR_RETURN(entries.user, User(translation, name));
  ASSIGN_OR_RETURN(entries.context, Context(translation, name));
  return entries;
}

// `before` is the file of the connections so far; the first one's context is the current one.
Result<Secret> WithEntries(const Secret& before, const std::string& name, Entries entries) {
  Value config = Value::Map({});
  if (!before.empty()) {
    ASSIGN_OR_RETURN(config, ParseJson(before.Reveal()));
  }
  const Value* current = config.Find("current-context");
  Members members;
  members.push_back({"apiVersion", Value::String("v1")});
  members.push_back({"kind", Value::String("Config")});
  members.push_back(
      {"current-context", current != nullptr ? current->Clone() : Value::String(name)});
  members.push_back({"clusters", List(config, "clusters", std::move(entries.cluster))});
  members.push_back({"users", List(config, "users", std::move(entries.user))});
  members.push_back({"contexts", List(config, "contexts", std::move(entries.context))});
  return WriteJson(Value::Map(std::move(members)), JsonStyle::kIndented);
}

Secret ClaimOf(const Entries& entries) {
  return Secret::Concat({WriteJson(entries.cluster).Reveal(), WriteJson(entries.user).Reveal(),
                         WriteJson(entries.context).Reveal()});
}

Result<std::size_t> AddContext(Translation& translation) {
  const std::string& name = translation.connection().name.alias;
  ASSIGN_OR_RETURN(Entries entries, MakeEntries(translation, name));
  RETURN_IF_ERROR(translation.Claim("context " + name, ClaimOf(entries)));
  const std::size_t file = translation.SharedFile("kube/config");
  const Secret context = WriteJson(Value::String(name));
  Secret& content = translation.ContentOf(file);
  // The same connection may be asked for twice.
  const std::string known = "\"name\": " + std::string(context.Reveal());
  if (content.Reveal().find(known) != std::string_view::npos) return file;
  ASSIGN_OR_RETURN(content, WithEntries(content, name, std::move(entries)));
  return file;
}

// Credentials are found in what can be read (structured_secrets.h), so nothing else is handed out.
Status CheckKubeconfig(const Translation& translation, const FieldText& whole) {
  const Result<YamlNode> parsed = ParseYaml(whole.text.Reveal(), whole.field);
  const std::string hint = "it takes what `kubectl config view --raw --flatten` prints";
  if (!parsed.ok()) {
    return translation.FieldError(whole.field, "cannot be read: " + parsed.error().message())
        .WithHint(hint);
  }
  if (parsed->kind == YamlNode::Kind::kMap) return {};
  return translation.FieldError(whole.field, "is not a YAML mapping, as kubeconfigs are")
      .WithHint(hint);
}

std::string UsersFiles(const Translation& translation) {
  using Kind = UserConfigurationKind;
  const UserConfiguration* variable = translation.FindUserConfiguration(Kind::kKubeconfigPath);
  if (variable != nullptr && variable->content) {
    return ":" + std::string(variable->content->Reveal());
  }
  const UserConfiguration* file = translation.FindUserConfiguration(Kind::kKubeconfig);
  return file != nullptr && file->content ? ":" + file->path : std::string();
}

}  // namespace

Status TranslateKubernetes(Translation& translation) {
  ASSIGN_OR_RETURN(const std::optional<FieldText> whole, translation.Field("kubeconfig"));
  std::size_t file = 0;
  if (whole) {
    RETURN_IF_ERROR(CheckKubeconfig(translation, *whole));
    ASSIGN_OR_RETURN(file, translation.AddFile("kubeconfig", whole->text.Clone()));
  } else {
    ASSIGN_OR_RETURN(file, AddContext(translation));
  }
  for (const std::string_view name : kRemoved) translation.Remove(name);
  return translation.Set({.name = "KUBECONFIG",
                          .kind = InjectedVariable::Kind::kFilePath,
                          .file = file,
                          .after = UsersFiles(translation),
                          .origin = whole ? "kubeconfig" : "server"});
}

}  // namespace injector
