#include "injector/exchange/secret_variables.h"

#include <algorithm>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/variable_name.h"
#include "injector/exchange/connections_yaml.h"
#include "injector/model/catalogue.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

class Mover {
 public:
  Mover(const Connection& connection, std::span<const std::string> taken)
      : connection_(connection), taken_(taken.begin(), taken.end()) {}

  ConnectionOfVariables Run() && {
    Connection moved = connection_.Clone();
    for (Field& field : moved.fields) field.value = Move(field.value, field.name);
    return {std::move(moved), std::move(variables_)};
  }

 private:
  Value Move(const Value& value, const std::string& path) {
    switch (value.kind()) {
      case Value::Kind::kMap: {
        std::vector<Value::Member> members;
        for (const Value::Member& member : value.members()) {
          members.push_back({member.name, Move(member.value, path + "." + member.name)});
        }
        return Value::Map(std::move(members));
      }
      case Value::Kind::kList: {
        std::vector<Value> items;
        for (const Value& item : value.items()) {
          items.push_back(Move(item, path + "." + std::to_string(items.size())));
        }
        return Value::List(std::move(items));
      }
      default:
        return MoveScalar(value, path);
    }
  }

  // true, false and null are nobody's secret, and as variables they would come back as texts.
  Value MoveScalar(const Value& value, const std::string& path) {
    const bool can_be_secret =
        value.kind() == Value::Kind::kString || value.kind() == Value::Kind::kNumber;
    const bool secret = can_be_secret && (IsSecretField(connection_, path) || HoldsSecret(value));
    if (secret) {
      variables_.push_back({NewName(path), path, value.ToText()});
      return Value::String(Secret::Concat({"${", variables_.back().name, "}"}));
    }
    if (value.kind() != Value::Kind::kString) return value.Clone();
    return Value::String(LiteralText(value.string().Reveal()));
  }

  std::string NewName(const std::string& path) {
    const auto& [type, alias] = connection_.name;
    std::string wanted = VariableNamePart(type + "_" + alias + "_" + path);
    if (IsAsciiDigit(wanted.front())) wanted.insert(wanted.begin(), '_');
    std::string name = wanted;
    for (int number = 2; std::find(taken_.begin(), taken_.end(), name) != taken_.end(); ++number) {
      name = wanted + "_" + std::to_string(number);
    }
    taken_.push_back(name);
    return name;
  }

  const Connection& connection_;
  std::vector<std::string> taken_;
  std::vector<SecretVariable> variables_;
};

}  // namespace

ConnectionOfVariables MoveSecretsToVariables(const Connection& connection,
                                             std::span<const std::string> taken) {
  return Mover(connection, taken).Run();
}

}  // namespace injector
