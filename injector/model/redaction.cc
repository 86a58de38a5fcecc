#include "injector/model/redaction.h"

#include <utility>

#include "injector/model/catalogue.h"
#include "injector/model/secret_names.h"

namespace injector {
namespace {

Value Masked() { return Value::String(kRedacted); }

Value RedactMap(const Value& map) {
  std::vector<Value::Member> members;
  members.reserve(map.members().size());
  for (const Value::Member& member : map.members()) {
    const bool mask = IsSecretName(member.name) && !member.value.is_null();
    members.push_back({member.name, mask ? Masked() : Redact(member.value)});
  }
  return Value::Map(std::move(members));
}

enum class SecretMembers { kLeftOut, kMasked };

// Walks a connection's fields with their paths, which type and user may have called secret.
class Hider {
 public:
  Hider(const Connection& connection, SecretMembers secret_members)
      : connection_(connection), secret_members_(secret_members) {}

  VisibleFields Run() && {
    VisibleFields visible;
    for (const Field& field : connection_.fields) {
      const bool secret = Hide(field.name);
      if (secret && secret_members_ == SecretMembers::kLeftOut) continue;
      visible.fields.push_back({field.name, secret ? Masked() : Show(field.name, field.value)});
    }
    visible.hidden_paths = std::move(hidden_paths_);
    return visible;
  }

 private:
  // Whether what stands at `path` is secret; takes note of it.
  bool Hide(const std::string& path) {
    const bool secret = IsSecretField(connection_, path);
    if (secret) hidden_paths_.push_back(path);
    return secret;
  }

  Value Show(const std::string& path, const Value& value) {
    if (value.kind() == Value::Kind::kMap) return ShowMap(path, value);
    if (value.kind() == Value::Kind::kList) return ShowList(path, value);
    return Redact(value);
  }

  Value ShowMap(const std::string& path, const Value& map) {
    std::vector<Value::Member> members;
    for (const Value::Member& member : map.members()) {
      const std::string inner = path + "." + member.name;
      const bool secret = Hide(inner);
      if (secret && secret_members_ == SecretMembers::kLeftOut) continue;
      members.push_back({member.name, secret ? Masked() : Show(inner, member.value)});
    }
    return Value::Map(std::move(members));
  }

  Value ShowList(const std::string& path, const Value& list) {
    std::vector<Value> items;
    for (std::size_t i = 0; i < list.items().size(); ++i) {
      const std::string inner = path + "." + std::to_string(i);
      items.push_back(Hide(inner) ? Masked() : Show(inner, list.items()[i]));
    }
    return Value::List(std::move(items));
  }

  const Connection& connection_;
  SecretMembers secret_members_;
  std::vector<std::string> hidden_paths_;
};

}  // namespace

Value Redact(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kMap:
      return RedactMap(value);
    case Value::Kind::kList: {
      std::vector<Value> items;
      items.reserve(value.items().size());
      for (const Value& item : value.items()) items.push_back(Redact(item));
      return Value::List(std::move(items));
    }
    case Value::Kind::kString:
      return Value::String(RedactText(value.string().Reveal()));
    default:
      return value.Clone();
  }
}

bool HoldsSecret(const Value& value) { return !(Redact(value) == value); }

bool HoldsSecret(std::string_view text) { return RedactText(text) != text; }

bool IsSecretVariable(std::string_view key, const Secret& value) {
  return IsSecretName(key) || HoldsSecret(value.Reveal());
}

bool IsWhollyVisible(const Variable& variable) {
  return !variable.is_secret && !HoldsSecret(variable.value.Reveal());
}

std::string VisibleText(const Variable& variable) {
  return variable.is_secret ? std::string(kRedacted) : RedactText(variable.value.Reveal());
}

VisibleFields HideSecrets(const Connection& connection) {
  return Hider(connection, SecretMembers::kLeftOut).Run();
}

std::vector<Field> RedactedFields(const Connection& connection) {
  return Hider(connection, SecretMembers::kMasked).Run().fields;
}

}  // namespace injector
