#include "injector/inject/field_text.h"

#include <algorithm>

#include "injector/inject/url_userinfo.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

bool HoldsSecret(const Connection& connection, const std::string& path, const Value& value) {
  if (IsSecretField(connection, path)) return true;
  switch (value.kind()) {
    case Value::Kind::kString:
      return !UserinfoSecret(value.string().Reveal()).empty();
    case Value::Kind::kList:
      // The items' own names are numbers: only what is in them counts.
      return std::any_of(value.items().begin(), value.items().end(),
                         [&](const Value& item) { return HoldsSecret(connection, path, item); });
    case Value::Kind::kMap:
      return std::any_of(value.members().begin(), value.members().end(), [&](const auto& member) {
        return HoldsSecret(connection, path + "." + member.name, member.value);
      });
    default:
      return false;
  }
}

}  // namespace

FieldText TextOf(const Connection& connection, std::string_view path, const Value& value) {
  std::string name(path);
  const bool secret = HoldsSecret(connection, name, value);
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
