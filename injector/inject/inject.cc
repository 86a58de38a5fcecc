#include "injector/inject/inject.h"

#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/variable_name.h"
#include "injector/inject/field_scrub_values.h"
#include "injector/inject/injection_builder.h"
#include "injector/inject/steering_names.h"
#include "injector/inject/structured_secrets.h"
#include "injector/inject/translation.h"
#include "injector/inject/types/jdbc_url.h"
#include "injector/inject/types/translators.h"
#include "injector/model/catalogue.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

Status CheckPrefix(const ConnectionToInject& request) {
  if (request.prefix.empty() || IsVariableName(request.prefix)) return {};
  return Error(ErrorCode::kInvalidArgument, request.connection->name.Full() + ": prefix \"" +
                                                request.prefix + "\" cannot begin a variable name")
      .WithHint("a prefix is letters, digits and _, and does not begin with a digit");
}

void AddTypeNotes(Translation& translation, const TypeTranslator& translator) {
  if (!translation.prefix().empty() && !translator.readers.empty()) {
    translation.AddNote("with the prefix " + translation.prefix() + ", " +
                        std::string(translator.readers) +
                        " no longer read these variables by themselves");
  }
}

Status AddFieldVariables(Translation& translation) {
  const Connection& connection = translation.connection();
  const std::string stem = "CONN_" + translation.NamePart() + "_";
  for (const Field& field : connection.fields) {
    if (field.value.is_null()) continue;
    RETURN_IF_ERROR(translation.SetText(stem + VariableNamePart(field.name),
                                        TextOf(connection, field.name, field.value)));
  }
  for (const FlatField& leaf : Flatten(connection)) {
    if (leaf.value->is_null() || connection.FieldNamed(leaf.path) != nullptr) continue;
    RETURN_IF_ERROR(translation.SetText(stem + VariableNamePart(leaf.path),
                                        TextOf(connection, leaf.path, *leaf.value)));
  }
  ASSIGN_OR_RETURN(const std::optional<FieldText> jdbc, JdbcUrl(connection));
  if (jdbc && connection.FieldNamed(kJdbcUrl) == nullptr) {
    RETURN_IF_ERROR(translation.SetText(stem + ToAsciiUpper(kJdbcUrl), *jdbc));
  }
  if (!translation.uri()) return {};
  return translation.SetText(stem + "URI", *translation.uri());
}

Error Refused(const InjectionOwner& owner, std::string_view name, std::string_view why) {
  return Error(ErrorCode::kInvalidArgument, owner.name + ": would set " + std::string(name) +
                                                ", which is refused: " + std::string(why))
      .WithHint(owner.remedy);
}

// What `field` means for a job file: a field, its default, or what is made of several.
Result<std::optional<FieldText>> NamedField(const Connection& connection,
                                            const std::string& field) {
  ASSIGN_OR_RETURN(std::optional<FieldText> found, ReadField(connection, field));
  const std::string_view default_value = DefaultOfField(connection.name.type, field);
  if (!found && !default_value.empty()) {
    found = FieldText{.field = field, .text = Secret::CopyOf(default_value)};
  }
  if (!found && field == kJdbcUrl) return JdbcUrl(connection);
  return found;
}

Status AddNamedFields(const ConnectionToInject& wanted, InjectionBuilder& builder) {
  const Connection& connection = *wanted.connection;
  const std::string label = connection.name.type + "." + connection.name.alias;
  for (const FieldVariable& named : wanted.field_variables) {
    const InjectionOwner owner{connection.name.Full(), "call it otherwise in the job file's env"};
    if (const std::string_view steering = WhySteering(named.variable); !steering.empty()) {
      return Refused(owner, named.variable, steering);
    }
    ASSIGN_OR_RETURN(std::optional<FieldText> field, NamedField(connection, named.field));
    if (!field) {
      return Error(
          ErrorCode::kInvalidArgument,
          owner.name + ": " + named.field + " is missing, which " + named.variable + " is to hold");
    }
    RETURN_IF_ERROR(builder.SetVariable(
        owner, {.name = named.variable,
                .text = std::move(field->text),
                .secret = field->secret,
                .when_inherited = field->secret ? InjectedVariable::WhenInherited::kConflict
                                                : InjectedVariable::WhenInherited::kOverwrite,
                .owner = label,
                .origin = label + "." + named.field}));
  }
  return {};
}

Status AddRenderedFile(const FileToInject& wanted, InjectionBuilder& builder) {
  const InjectionOwner owner{"template " + wanted.name, "name another variable in the job file"};
  if (const std::string_view steering = WhySteering(wanted.variable); !steering.empty()) {
    return Refused(owner, wanted.variable, steering);
  }
  ASSIGN_OR_RETURN(const std::size_t file,
                   builder.AddFile(owner, {wanted.name, wanted.content.Clone(), owner.name}));
  return builder.SetVariable(owner, {.name = wanted.variable,
                                     .kind = InjectedVariable::Kind::kFilePath,
                                     .file = file,
                                     .owner = owner.name,
                                     .origin = owner.name});
}

Status AddConnection(const ConnectionToInject& wanted, const InjectionRequest& request,
                     InjectionBuilder& builder) {
  RETURN_IF_ERROR(CheckPrefix(wanted));
  const Connection& connection = *wanted.connection;
  const TypeTranslator& translator = TranslatorFor(connection.name.type);
  Translation translation(connection, wanted.prefix, translator.names,
                          {request.user_configuration, request.endpoint, request.helper_program},
                          builder);
  for (ScrubValue& value : FieldScrubValues(connection)) builder.AddScrubValue(std::move(value));
  AddTypeNotes(translation, translator);
  RETURN_IF_ERROR(translator.translate(translation));
  RETURN_IF_ERROR(AddNamedFields(wanted, builder));
  if (request.field_variables == FieldVariables::kOff) return {};
  return AddFieldVariables(translation);
}

std::string_view ScrubNameOf(UserConfigurationKind kind) {
  switch (kind) {
    case UserConfigurationKind::kDockerConfig:
      return "env.docker config.json";
    case UserConfigurationKind::kDockerAuthConfig:
      return "env.DOCKER_AUTH_CONFIG";
    case UserConfigurationKind::kContainersAuth:
      return "env.containers auth.json";
    case UserConfigurationKind::kAwsConfig:
      return "env.aws config";
    case UserConfigurationKind::kMysqlOptions:
      return "env.my.cnf";
    case UserConfigurationKind::kNpmConfig:
      return "env.npmrc";
    case UserConfigurationKind::kKubeconfig:
      return "env.kubeconfig";
    case UserConfigurationKind::kKubeconfigPath:
      return "env.KUBECONFIG";
    case UserConfigurationKind::kMavenArguments:
      return "env.MAVEN_ARGS";
    case UserConfigurationKind::kMavenSettings:
      return "env.maven settings.xml";
    case UserConfigurationKind::kAwsCredentials:
      break;
  }
  return "env.aws credentials";
}

// The user's own logins, which files of ours carry on.
void AddUsersSecrets(const UserConfiguration& configuration, InjectionBuilder& builder) {
  if (!configuration.content) return;
  const std::string name(ScrubNameOf(configuration.kind));
  for (Secret& secret : SecretsInStructure(configuration.content->Reveal())) {
    builder.AddScrubValue({name, std::move(secret)});
  }
}

Status AddVariable(const VariableToInject& wanted, InjectionBuilder& builder) {
  const Variable& variable = *wanted.variable;
  const std::string name = wanted.name.empty() ? ToAsciiUpper(variable.key) : wanted.name;
  const std::string origin = "var." + variable.key;
  const InjectionOwner owner{
      "variable " + variable.key,
      wanted.remedy.empty()
          ? "give the variable another name, as in --variable " + variable.key + "=NAME"
          : wanted.remedy};
  if (const std::string_view steering = WhySteering(name); !steering.empty()) {
    return Refused(owner, name, steering);
  }
  for (ScrubValue& value : VariableScrubValues(variable)) builder.AddScrubValue(std::move(value));
  const bool secret = !IsWhollyVisible(variable);
  return builder.SetVariable(
      owner, {.name = name,
              .text = variable.value.Clone(),
              .secret = secret,
              .when_inherited = secret ? InjectedVariable::WhenInherited::kConflict
                                       : InjectedVariable::WhenInherited::kOverwrite,
              .owner = origin,
              .origin = origin});
}

}  // namespace

Result<Injection> BuildInjection(const InjectionRequest& request) {
  InjectionBuilder builder;
  for (const UserConfiguration& configuration : request.user_configuration) {
    AddUsersSecrets(configuration, builder);
  }
  for (const ConnectionToInject& wanted : request.connections) {
    RETURN_IF_ERROR(AddConnection(wanted, request, builder));
  }
  for (const VariableToInject& wanted : request.variables) {
    RETURN_IF_ERROR(AddVariable(wanted, builder));
  }
  for (const FileToInject& wanted : request.files) {
    RETURN_IF_ERROR(AddRenderedFile(wanted, builder));
  }
  return std::move(builder).Build();
}

}  // namespace injector
