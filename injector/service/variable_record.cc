#include "injector/service/variable_record.h"

namespace injector {
namespace {

constexpr char kMark = '$';
constexpr const char* kValueField = "value";

}  // namespace

ConnectionName VariableName(std::string_view key) {
  return {.type = std::string(kVariableType), .alias = kMark + std::string(key)};
}

bool IsVariable(const ConnectionName& name) { return name.type == kVariableType; }

std::string KeyOf(const ConnectionName& name) {
  return name.alias.empty() ? std::string() : name.alias.substr(1);
}

std::string ShownName(const ConnectionName& name) {
  return IsVariable(name) ? "var." + KeyOf(name) : name.Full();
}

Connection RecordOfVariable(const Variable& variable) {
  Connection record;
  record.name = VariableName(variable.key);
  record.fields.push_back({kValueField, Value::String(variable.value.Reveal())});
  if (variable.is_secret) record.secret_fields.emplace_back(kValueField);
  record.description = variable.description;
  record.version = variable.version;
  return record;
}

Result<Variable> VariableOfRecord(const Connection& record) {
  const Field* field = record.FieldNamed(kValueField);
  if (!IsVariable(record.name) || field == nullptr || field->value.kind() != Value::Kind::kString) {
    return Error(ErrorCode::kDataLoss, "stored variable: unexpected content");
  }
  return Variable{.key = KeyOf(record.name),
                  .value = field->value.string().Clone(),
                  .description = record.description,
                  .is_secret = !record.secret_fields.empty(),
                  .version = record.version};
}

}  // namespace injector
