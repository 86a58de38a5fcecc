#include "injector/exchange/connections_yaml.h"

#include <algorithm>
#include <string>
#include <vector>

#include "injector/base/environment_entry.h"
#include "injector/sources/connections_file/connections_file.h"
#include "injector/sources/connections_file/resolve.h"
#include "injector/yaml/write.h"

namespace injector {
namespace {

Value WithLiteralTexts(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kString:
      return Value::String(LiteralText(value.string().Reveal()));
    case Value::Kind::kList: {
      std::vector<Value> items;
      for (const Value& item : value.items()) items.push_back(WithLiteralTexts(item));
      return Value::List(std::move(items));
    }
    case Value::Kind::kMap: {
      std::vector<Value::Member> members;
      for (const Value::Member& member : value.members()) {
        members.push_back({member.name, WithLiteralTexts(member.value)});
      }
      return Value::Map(std::move(members));
    }
    default:
      return value.Clone();
  }
}

Value Names(const std::vector<std::string>& names) {
  std::vector<Value> items;
  for (const std::string& name : names) items.push_back(Value::String(name));
  return Value::List(std::move(items));
}

// What is said about a connection beside its fields.
std::vector<Value::Member> Settings(const Connection& connection) {
  std::vector<Value::Member> settings;
  if (!connection.secret_fields.empty()) {
    settings.push_back({"secret", Names(connection.secret_fields)});
  }
  if (!connection.no_scrub.empty()) settings.push_back({"noScrub", Names(connection.no_scrub)});
  if (!connection.description.empty()) {
    settings.push_back({"description", Value::String(connection.description)});
  }
  if (!connection.expires_at.empty()) {
    settings.push_back({"expiresAt", Value::String(connection.expires_at)});
  }
  if (!connection.rotate_every.empty()) {
    settings.push_back({"rotateEvery", Value::String(connection.rotate_every)});
  }
  return settings;
}

Result<Value> EntryOf(const Connection& connection) {
  std::vector<Value::Member> members;
  if (connection.is_default) members.push_back({"default", Value::Bool(true)});
  for (const Field& field : connection.fields) {
    if (field.name == "default" || field.name == "x-injector") {
      return Error(ErrorCode::kInvalidArgument,
                   connection.name.Full() + ": connections.yaml has no place for a field called " +
                       field.name);
    }
    members.push_back({field.name, field.value.Clone()});
  }
  std::vector<Value::Member> settings = Settings(connection);
  if (!settings.empty()) members.push_back({"x-injector", Value::Map(std::move(settings))});
  return Value::Map(std::move(members));
}

}  // namespace

Result<std::vector<Connection>> ReadConnectionsYaml(std::string_view text, const std::string& name,
                                                    std::span<const Secret> environment) {
  ASSIGN_OR_RETURN(const ConnectionsFile file, ConnectionsFile::Parse(text, name));
  const auto lookup = [&](std::string_view variable) -> std::optional<std::string_view> {
    const auto value = FindInEnvironment(environment, variable);
    return value && !value->empty() ? value : std::nullopt;
  };
  std::vector<Connection> connections;
  for (const FileConnection& connection : file.connections()) {
    ASSIGN_OR_RETURN(ResolvedConnection resolved, ResolveConnection(file, connection, lookup));
    if (!resolved.open_texts.empty()) {
      return Error(ErrorCode::kInvalidArgument,
                   resolved.open_texts.front().where + ": {{ var.KEY }} cannot be imported")
          .WithHint("write the value, or ${VAR}");
    }
    connections.push_back(std::move(resolved.connection));
  }
  return connections;
}

Secret LiteralText(std::string_view text) {
  SecretBuilder literal;
  while (!text.empty()) {
    if (text.starts_with("{{")) {
      literal.Append("{{ \"{{\" }}");
      text.remove_prefix(2);
      continue;
    }
    if (text.front() == '$') literal.Append('$');
    literal.Append(text.front());
    text.remove_prefix(1);
  }
  return std::move(literal).Build();
}

Connection WithLiteralTexts(const Connection& connection) {
  Connection literal = connection.Clone();
  for (Field& field : literal.fields) field.value = WithLiteralTexts(field.value);
  return literal;
}

Result<Value> ConnectionsYamlDocument(std::span<const Connection> connections) {
  std::vector<Value::Member> types;
  for (const Connection& connection : connections) {
    ASSIGN_OR_RETURN(Value entry, EntryOf(connection));
    auto type = std::find_if(types.begin(), types.end(), [&](const Value::Member& member) {
      return member.name == connection.name.type;
    });
    if (type == types.end()) {
      type = types.insert(types.end(), {connection.name.type, Value::Map({})});
    }
    if (type->value.Find(connection.name.alias) != nullptr) {
      return Error(ErrorCode::kConflict, connection.name.Full() + ": is there twice")
          .WithHint("--rename TYPE.ALIAS=NAME gives one of them another name");
    }
    type->value.members().push_back({connection.name.alias, std::move(entry)});
  }
  std::vector<Value::Member> document;
  document.push_back({"version", Value::Number(std::int64_t{1})});
  document.push_back({"connections", Value::Map(std::move(types))});
  return Value::Map(std::move(document));
}

Result<Secret> WriteConnectionsYaml(std::span<const Connection> connections) {
  ASSIGN_OR_RETURN(const Value document, ConnectionsYamlDocument(connections));
  return WriteYaml(document);
}

}  // namespace injector
