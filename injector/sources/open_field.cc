#include "injector/sources/open_field.h"

#include <span>
#include <utility>

#include "injector/model/catalogue.h"
#include "injector/model/connection_json.h"

namespace injector {
namespace {

// `value` with `text` at `inner`, places of members and items.
Value WithTextAt(const Value& value, std::span<const std::size_t> inner, Secret text) {
  if (inner.empty()) return Value::String(std::move(text));
  Value copy = value.Clone();
  if (copy.kind() == Value::Kind::kMap) {
    Value& member = copy.members()[inner.front()].value;
    member = WithTextAt(member, inner.subspan(1), std::move(text));
    return copy;
  }
  std::vector<Value> items;
  for (const Value& item : copy.items()) items.push_back(item.Clone());
  Value& item = items[inner.front()];
  item = WithTextAt(item, inner.subspan(1), std::move(text));
  return Value::List(std::move(items));
}

// "hosts.0.key" for the same places.
std::string PathOf(const Field& field, std::span<const std::size_t> inner) {
  std::string path = field.name;
  const Value* value = &field.value;
  for (const std::size_t place : inner) {
    const bool is_map = value->kind() == Value::Kind::kMap;
    path += "." + (is_map ? value->members()[place].name : std::to_string(place));
    value = is_map ? &value->members()[place].value : &value->items()[place];
  }
  return path;
}

}  // namespace

Result<std::vector<Ingredient>> CompleteField(Connection& connection, const OpenText& open,
                                              const VariableLookup& find) {
  Field& field = connection.fields[open.field];
  const std::string path = PathOf(field, open.inner);
  const bool field_is_secret = IsSecretField(connection, path);
  std::vector<Ingredient> secrets;
  SecretBuilder text;
  for (const TemplatePiece& piece : open.pieces) {
    if (!piece.reference) {
      text.Append(piece.text.Reveal());
      continue;
    }
    Result<const Variable*> found = find(piece.reference->path.front());
    if (!found.ok()) {
      return std::move(found).error().WithContext(open.where + ": " + connection.name.Full() +
                                                  ": " + path);
    }
    const Variable& variable = **found;
    text.Append(variable.value.Reveal());
    if (!variable.is_secret && !field_is_secret) continue;
    secrets.push_back({"var." + variable.key, variable.value.Clone(),
                       connection.name.type + "." + connection.name.alias + "." + path});
  }
  if (!secrets.empty()) connection.secret_fields.push_back(path);
  field.value = WithTextAt(field.value, open.inner, std::move(text).Build());
  RETURN_IF_ERROR(CheckConnection(connection));
  return secrets;
}

}  // namespace injector
