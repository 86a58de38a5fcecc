#include "injector/cli/connections/connection_edit.h"

#include <algorithm>
#include <string>

#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"
#include "injector/model/nearest_name.h"

namespace injector {
namespace {

// Whether "name.member" reaches into a map.
bool IsMap(const Connection& connection, std::string_view name) {
  if (const Field* field = connection.FieldNamed(name)) {
    return field->value.kind() == Value::Kind::kMap;
  }
  const FieldInfo* info = FindFieldInfo(connection.name.type, name);
  return name == "extra" || (info != nullptr && info->kind == FieldKind::kMap);
}

// `map` with `value` at `path` ("a.b"); null removes. Maps that are missing on the way are made.
Result<Value> WithMember(Value map, std::string_view path, Value value) {
  if (map.kind() != Value::Kind::kMap) {
    return Error(ErrorCode::kInvalidArgument, std::string(path) + ": does not stand in a map");
  }
  const std::size_t dot = path.find('.');
  const std::string_view name = path.substr(0, dot);
  auto& members = map.members();
  auto member = std::find_if(members.begin(), members.end(),
                             [&](const Value::Member& m) { return m.name == name; });
  if (dot != std::string_view::npos) {
    Value inner = member == members.end() ? Value::Map({}) : std::move(member->value);
    ASSIGN_OR_RETURN(value, WithMember(std::move(inner), path.substr(dot + 1), std::move(value)));
  }
  if (value.is_null()) {
    if (member != members.end()) members.erase(member);
  } else if (member != members.end()) {
    member->value = std::move(value);
  } else {
    members.push_back({std::string(name), std::move(value)});
  }
  return map;
}

Error NoSuchField(const Connection& connection, std::string_view name) {
  std::string there;
  std::vector<std::string> names;
  for (const Field& field : connection.fields) there += (there.empty() ? "" : ", ") + field.name;
  for (const FlatField& leaf : Flatten(connection)) names.push_back(leaf.path);
  Error error(ErrorCode::kNotFound, connection.name.Full() + ": no field " + std::string(name) +
                                        "; there is: " + (there.empty() ? "none" : there));
  const std::string_view nearest = NearestName(name, names);
  if (nearest.empty()) return error;
  return std::move(error).WithHint("did you mean " + std::string(nearest) + "?");
}

bool IsEmptyMap(const Value& value) {
  return value.kind() == Value::Kind::kMap && value.members().empty();
}

Connection WithWholeField(Connection connection, std::string_view name, Value value) {
  ConnectionInput input;
  input.fields.push_back({std::string(name), std::move(value)});
  return ApplyInput(std::move(connection), std::move(input));
}

}  // namespace

Result<Connection> WithField(Connection connection, std::string_view name, Value value) {
  const std::size_t dot = name.find('.');
  const bool is_whole = dot == std::string_view::npos || connection.FieldNamed(name) != nullptr ||
                        !IsMap(connection, name.substr(0, dot));
  if (is_whole) return WithWholeField(std::move(connection), name, std::move(value));
  const std::string_view outer = name.substr(0, dot);
  const Field* field = connection.FieldNamed(outer);
  Value map = field == nullptr ? Value::Map({}) : field->value.Clone();
  const bool removes = value.is_null();
  ASSIGN_OR_RETURN(map, WithMember(std::move(map), name.substr(dot + 1), std::move(value)));
  if (removes && IsEmptyMap(map)) map = Value();
  return WithWholeField(std::move(connection), outer, std::move(map));
}

Result<Connection> WithoutField(Connection connection, std::string_view name) {
  const Result<const Value*> found = FindField(connection, name);
  if (found.ok() && *found == nullptr) return NoSuchField(connection, name);
  const std::string& type = connection.name.type;
  std::erase_if(connection.secret_fields, [&](const std::string& declared) {
    return CanonicalFieldName(type, declared) == CanonicalFieldName(type, name);
  });
  connection = WithWholeField(std::move(connection), name, Value());
  const Result<const Value*> left = FindField(connection, name);
  if (left.ok() && *left == nullptr) return connection;
  return WithField(std::move(connection), name, Value());  // it stands inside a map
}

Connection WithSecretField(Connection connection, std::string_view name) {
  auto& declared = connection.secret_fields;
  if (std::find(declared.begin(), declared.end(), name) == declared.end()) {
    declared.emplace_back(name);
  }
  return connection;
}

Status CheckAgreement(const ConnectionName& name, std::span<const Field> fields) {
  Connection given;
  given.name = name;
  for (const Field& field : fields) {
    std::erase_if(given.fields, [&](const Field& other) { return other.name == field.name; });
    given.fields.push_back({field.name, field.value.Clone()});
  }
  for (const Field& field : fields) RETURN_IF_ERROR(FindField(given, field.name));
  return {};
}

}  // namespace injector
