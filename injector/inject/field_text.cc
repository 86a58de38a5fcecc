#include "injector/inject/field_text.h"

#include <algorithm>

#include "injector/model/catalogue.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

// By name, anywhere inside; what values themselves give away is redaction.h's to know.
bool HoldsSecretField(const Connection& connection, const std::string& path, const Value& value) {
  if (IsSecretField(connection, path)) return true;
  if (value.kind() == Value::Kind::kList) {
    // The items' own names are numbers: only what is in them counts.
    return std::any_of(value.items().begin(), value.items().end(),
                       [&](const Value& item) { return HoldsSecretField(connection, path, item); });
  }
  if (value.kind() != Value::Kind::kMap) return false;
  return std::any_of(value.members().begin(), value.members().end(), [&](const auto& member) {
    return HoldsSecretField(connection, path + "." + member.name, member.value);
  });
}

}  // namespace

FieldText TextOf(const Connection& connection, std::string_view path, const Value& value) {
  std::string name(path);
  const bool secret = HoldsSecretField(connection, name, value) || HoldsSecret(value);
  return {std::move(name), value.ToText(), secret};
}

Result<std::optional<FieldText>> ReadField(const Connection& connection, std::string_view name) {
  ASSIGN_OR_RETURN(const Value* value, FindField(connection, name));
  if (value == nullptr) return std::optional<FieldText>();
  FieldText text = TextOf(connection, name, *value);
  if (text.text.empty()) return std::optional<FieldText>();
  return std::optional<FieldText>(std::move(text));
}

}  // namespace injector
