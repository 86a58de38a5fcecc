#include "injector/model/connection_json.h"

#include <algorithm>
#include <utility>

#include "injector/model/redaction.h"

namespace injector {
namespace {

Value FieldsToMap(const std::vector<Field>& fields) {
  std::vector<Value::Member> members;
  members.reserve(fields.size());
  for (const Field& field : fields) members.push_back({field.name, field.value.Clone()});
  return Value::Map(std::move(members));
}

std::vector<Field> FieldsFromMap(const Value& map) {
  std::vector<Field> fields;
  fields.reserve(map.members().size());
  for (const Value::Member& member : map.members()) {
    fields.push_back({member.name, member.value.Clone()});
  }
  return fields;
}

Value NamesToList(const std::vector<std::string>& names) {
  std::vector<Value> items;
  items.reserve(names.size());
  for (const std::string& name : names) items.push_back(Value::String(name));
  return Value::List(std::move(items));
}

void AddUnlessEmpty(std::vector<Value::Member>& members, std::string name,
                    const std::string& text) {
  if (!text.empty()) members.push_back({std::move(name), Value::String(text)});
}

void AddUnlessEmpty(std::vector<Value::Member>& members, std::string name,
                    const std::vector<std::string>& names) {
  if (!names.empty()) members.push_back({std::move(name), NamesToList(names)});
}

Error Damaged() { return Error(ErrorCode::kDataLoss, "stored connection: unexpected content"); }

}  // namespace

Value ConnectionToJson(const Connection& connection, SecretView view) {
  VisibleFields visible = HideSecrets(connection);
  std::vector<Value::Member> members;
  members.push_back({"name", Value::String(connection.name.alias)});
  members.push_back({"type", Value::String(connection.name.type)});
  members.push_back({"default", Value::Bool(connection.is_default)});
  members.push_back({"description", Value::String(connection.description)});
  members.push_back({"version", Value::Number(std::to_string(connection.version))});
  members.push_back(
      {"fields", FieldsToMap(view == SecretView::kRevealed ? connection.fields : visible.fields)});
  members.push_back({"secretFields", NamesToList(visible.hidden_paths)});
  AddUnlessEmpty(members, "noScrub", connection.no_scrub);
  AddUnlessEmpty(members, "expiresAt", connection.expires_at);
  AddUnlessEmpty(members, "rotateEvery", connection.rotate_every);
  return Value::Map(std::move(members));
}

Value ConnectionContent(const Connection& connection) {
  std::vector<Value::Member> members;
  members.push_back({"fields", FieldsToMap(connection.fields)});
  AddUnlessEmpty(members, "secretFields", connection.secret_fields);
  AddUnlessEmpty(members, "noScrub", connection.no_scrub);
  AddUnlessEmpty(members, "description", connection.description);
  AddUnlessEmpty(members, "expiresAt", connection.expires_at);
  AddUnlessEmpty(members, "rotateEvery", connection.rotate_every);
  return Value::Map(std::move(members));
}

Result<Connection> ConnectionFromContent(ConnectionName name, const Value& content) {
  constexpr std::string_view kMembers[] = {"fields",      "secretFields", "noScrub",
                                           "description", "expiresAt",    "rotateEvery"};
  const Value* fields = content.Find("fields");
  if (fields == nullptr || fields->kind() != Value::Kind::kMap) return Damaged();
  for (const Value::Member& member : content.members()) {
    if (std::find(std::begin(kMembers), std::end(kMembers), member.name) == std::end(kMembers)) {
      return Damaged();
    }
  }
  Result<ConnectionInput> input = ParseConnectionInput(content);
  if (!input.ok()) return Damaged();
  Connection connection;
  connection.name = std::move(name);
  // Not the input's fields: what was stored comes back as it was, text in `extra` included.
  connection.fields = FieldsFromMap(*fields);
  connection.secret_fields = std::move(input->secret_fields).value_or(std::vector<std::string>());
  connection.no_scrub = std::move(input->no_scrub).value_or(std::vector<std::string>());
  connection.description = std::move(input->description).value_or("");
  connection.expires_at = std::move(input->expires_at).value_or("");
  connection.rotate_every = std::move(input->rotate_every).value_or("");
  return connection;
}

}  // namespace injector
