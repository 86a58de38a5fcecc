#include "injector/cli/connections/connection_wizard.h"

#include <algorithm>

#include "injector/base/file.h"
#include "injector/base/printable.h"
#include "injector/cli/connections/field_arguments.h"
#include "injector/cli/value_input.h"
#include "injector/model/airflow_parts.h"
#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/model/redaction.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

// Long values, which nobody types: they are named by a file.
bool IsFromFile(const FieldInfo& info) {
  return info.kind == FieldKind::kPem || info.kind == FieldKind::kMap;
}

std::string QuestionFor(const FieldInfo& info) {
  std::string question(info.name);
  if (IsFromFile(info)) question += ", from the file";
  std::string notes(info.help);
  if (info.required) notes += "; required";
  if (info.secret && !IsFromFile(info)) notes += "; not shown";
  question += " (" + notes + ")";
  if (!info.default_value.empty()) question += " [" + std::string(info.default_value) + "]";
  return question + ": ";
}

// Required fields first; otherwise as the catalogue has them.
std::vector<const FieldInfo*> InOrder(const TypeInfo& type) {
  std::vector<const FieldInfo*> fields;
  for (const FieldInfo& info : type.fields) fields.push_back(&info);
  std::stable_partition(fields.begin(), fields.end(),
                        [](const FieldInfo* info) { return info->required; });
  return fields;
}

class Wizard {
 public:
  Wizard(Terminal& terminal, const WizardRequest& request)
      : terminal_(terminal), request_(request) {}

  Result<Connection> Run() && {
    ASSIGN_OR_RETURN(connection_.name.type, AskType());
    ASSIGN_OR_RETURN(connection_.name.alias, AskAlias());
    for (const FieldInfo* info : InOrder(TypeInfoFor(connection_.name.type))) {
      RETURN_IF_ERROR(AskField(*info));
    }
    RETURN_IF_ERROR(AskOtherFields());
    ASSIGN_OR_RETURN(connection_.description, terminal_.AskLine("description (for people): "));
    ASSIGN_OR_RETURN(connection_.is_default, AskYesOrNo("the default of its type?"));
    return std::move(connection_);
  }

 private:
  // Asks until `problem_of` has nothing to say against the answer.
  Result<std::string> AskUntil(const std::string& question,
                               const std::function<std::string(const std::string&)>& problem_of) {
    while (true) {
      ASSIGN_OR_RETURN(std::string answer, terminal_.AskLine(question));
      const std::string problem = problem_of(answer);
      if (problem.empty()) return answer;
      RETURN_IF_ERROR(terminal_.Show("  " + Printable(problem)));
    }
  }

  Result<std::string> AskType() {
    if (!request_.type.empty()) return request_.type;
    std::string known;
    for (const TypeInfo& type : KnownTypes()) {
      known += (known.empty() ? "" : ", ") + std::string(type.name);
    }
    RETURN_IF_ERROR(terminal_.Show("Known types: " + known));
    return AskUntil("type: ", [](const std::string& answer) {
      return IsValidType(answer) ? "" : "letters, digits, - and _, at most 64";
    });
  }

  Result<std::string> AskAlias() {
    if (!request_.alias.empty()) {
      if (!IsTaken(request_.alias)) return request_.alias;
      return Error(ErrorCode::kAlreadyExists, request_.alias + ": is there already");
    }
    return AskUntil("name: ", [this](const std::string& answer) -> std::string {
      if (!IsValidAlias(answer)) return "letters, digits, _ - and ., a letter or digit first";
      return IsTaken(answer) ? "this name is taken" : "";
    });
  }

  bool IsTaken(const std::string& alias) const {
    return request_.is_taken({connection_.name.type, alias});
  }

  Status AskField(const FieldInfo& info) {
    if (info.secret && request_.secrets == SecretAnswers::kNamed) return AskWhetherThere(info);
    while (true) {
      ASSIGN_OR_RETURN(const Secret answer, AskAnswer(info));
      if (answer.empty() && !(info.required && info.default_value.empty())) return {};
      Result<Value> value = ValueOf(info, answer);
      if (value.ok()) {
        connection_.fields.push_back({std::string(info.name), *std::move(value)});
        return {};
      }
      RETURN_IF_ERROR(terminal_.Show("  " + Printable(value.error().message())));
    }
  }

  Status AskWhetherThere(const FieldInfo& info) {
    ASSIGN_OR_RETURN(const bool there, AskYesOrNo(std::string(info.name) + " (" +
                                                  std::string(info.help) + "), from a variable?"));
    if (there) connection_.fields.push_back({std::string(info.name), Value::String(Secret())});
    return {};
  }

  Result<bool> AskYesOrNo(const std::string& question) {
    ASSIGN_OR_RETURN(const std::string answer, terminal_.AskLine(question + " [y/N]: "));
    return answer.starts_with('y') || answer.starts_with('Y');
  }

  Result<Secret> AskAnswer(const FieldInfo& info) {
    if (info.secret && !IsFromFile(info)) return terminal_.AskOptionalSecret(QuestionFor(info));
    ASSIGN_OR_RETURN(std::string answer, terminal_.AskLine(QuestionFor(info)));
    return Secret::TakeFrom(answer);
  }

  Result<Value> ValueOf(const FieldInfo& info, const Secret& answer) const {
    if (answer.empty()) return Error(ErrorCode::kInvalidArgument, "this field is required");
    const std::string& type = connection_.name.type;
    if (!IsFromFile(info)) {
      ASSIGN_OR_RETURN(Value value, ParseFieldValue(type, info.name, answer.Reveal()));
      if (info.name == "port") RETURN_IF_ERROR(ParsePort(answer.Reveal()));
      if (info.secret || !HoldsSecret(value)) return value;
      return Error(ErrorCode::kInvalidArgument,
                   "this holds a password, which was seen as you typed");
    }
    ASSIGN_OR_RETURN(const Secret content,
                     ReadFile(std::string(answer.Reveal()), kFieldValueLimit));
    return ParseFieldValue(type, info.name, content.Reveal());
  }

  Status AskOtherFields() {
    while (true) {
      ASSIGN_OR_RETURN(const std::string name,
                       terminal_.AskLine("another field? its name, or nothing: "));
      if (name.empty()) return {};
      const bool secret = IsSecretField(connection_, name);
      RETURN_IF_ERROR(AskField({.name = name, .secret = secret, .help = "any text"}));
    }
  }

  Terminal& terminal_;
  const WizardRequest& request_;
  Connection connection_;
};

}  // namespace

Result<Connection> AskForConnection(Terminal& terminal, const WizardRequest& request) {
  return Wizard(terminal, request).Run();
}

}  // namespace injector
