#include "injector/exchange/bundle_json.h"

#include "injector/model/airflow_json.h"
#include "injector/model/airflow_uri.h"
#include "injector/model/redaction.h"
#include "injector/model/variable_json.h"

namespace injector {
namespace {

Error Bad(std::string problem) { return Error(ErrorCode::kInvalidArgument, std::move(problem)); }

Result<Connection> ReadEnvelope(const Value& json) {
  ASSIGN_OR_RETURN(ConnectionInput input, ParseConnectionInput(json));
  if (!input.alias || !input.type) return Bad("expected an object with name, type and fields");
  return ApplyInput({}, std::move(input));
}

Result<const std::vector<Value>*> Items(const Value& document, std::string_view member) {
  static const std::vector<Value> kNone;
  const Value* list = document.Find(member);
  if (list == nullptr) return &kNone;
  if (list->kind() == Value::Kind::kList) return &list->items();
  return Bad(std::string(member) + ": expected a list");
}

Status CheckVersion(const Value& document) {
  const Value* version = document.Find("version");
  if (version == nullptr || version->ToText().Reveal() == "1") return {};
  return Bad("version: expected 1").WithHint("the file was written by another release");
}

Result<Bundle> ReadOwn(const Value& document) {
  RETURN_IF_ERROR(CheckVersion(document));
  Bundle bundle;
  ASSIGN_OR_RETURN(const std::vector<Value>* connections, Items(document, "connections"));
  for (const Value& item : *connections) {
    const Value* name = item.Find("name");
    Result<Connection> connection = ReadEnvelope(item);
    if (!connection.ok()) {
      return std::move(connection)
          .error()
          .WithContext(EntryLabel(name == nullptr ? "" : std::string(name->ToText().Reveal()),
                                  bundle.connections.size() + 1));
    }
    bundle.connections.push_back(*std::move(connection));
  }
  ASSIGN_OR_RETURN(const std::vector<Value>* variables, Items(document, "variables"));
  for (const Value& item : *variables) {
    ASSIGN_OR_RETURN(Variable variable, VariableFromJson(item));
    bundle.variables.push_back(std::move(variable));
  }
  return bundle;
}

bool IsEnvelope(const Value& document) {
  const Value* type = document.Find("type");
  return type != nullptr && type->kind() == Value::Kind::kString &&
         document.Find("name") != nullptr;
}

// Airflow takes one as it is, or in a list of its own.
Result<Connection> ReadListedEntry(const Value& entry) {
  const bool is_list = entry.kind() == Value::Kind::kList && entry.items().size() == 1;
  return ConnectionFromEntry(is_list ? entry.items()[0] : entry);
}

Result<Bundle> ReadAirflow(const Value& document) {
  Bundle bundle;
  for (const Value::Member& member : document.members()) {
    Result<Connection> connection = ReadListedEntry(member.value);
    if (!connection.ok()) {
      return std::move(connection)
          .error()
          .WithContext(EntryLabel(member.name, bundle.connections.size() + 1));
    }
    connection->name.alias = member.name;
    bundle.connections.push_back(*std::move(connection));
  }
  return bundle;
}

bool IsOwn(const Value& document) {
  const Value* connections = document.Find("connections");
  const Value* variables = document.Find("variables");
  return (connections != nullptr && connections->kind() == Value::Kind::kList) ||
         (variables != nullptr && variables->kind() == Value::Kind::kList);
}

Connection WithoutSecrets(const Connection& connection) {
  Connection visible = connection.Clone();
  visible.fields = HideSecrets(connection).fields;
  return visible;
}

}  // namespace

Value BundleToJson(const Bundle& bundle, SecretView view) {
  std::vector<Value> connections;
  for (const Connection& connection : bundle.connections) {
    connections.push_back(ConnectionToJson(connection, view));
  }
  std::vector<Value> variables;
  for (const Variable& variable : bundle.variables) {
    if (view == SecretView::kHidden && !IsWhollyVisible(variable)) continue;
    variables.push_back(VariableToJson(variable, view));
  }
  std::vector<Value::Member> members;
  members.push_back({"version", Value::Number(std::int64_t{1})});
  members.push_back({"connections", Value::List(std::move(connections))});
  members.push_back({"variables", Value::List(std::move(variables))});
  return Value::Map(std::move(members));
}

Result<Value> BundleToAirflowJson(const Bundle& bundle, SecretView view) {
  std::vector<Value::Member> members;
  for (const Connection& connection : bundle.connections) {
    Result<Value> json = view == SecretView::kRevealed ? AirflowJsonOf(connection)
                                                       : AirflowJsonOf(WithoutSecrets(connection));
    if (!json.ok()) return std::move(json).error().WithContext(connection.name.Full());
    members.push_back({connection.name.alias, *std::move(json)});
  }
  return Value::Map(std::move(members));
}

Result<Connection> ConnectionFromEntry(const Value& entry) {
  if (entry.kind() == Value::Kind::kString) return ParseAirflowUri(entry.string().Reveal());
  if (entry.kind() != Value::Kind::kMap) {
    return Bad("expected a connection as an object, or as a URI");
  }
  return IsEnvelope(entry) ? ReadEnvelope(entry) : ConnectionFromAirflowJson(entry);
}

Result<Bundle> BundleFromJson(const Value& document) {
  if (document.kind() != Value::Kind::kMap) return Bad("expected an object");
  if (IsOwn(document)) return ReadOwn(document);
  if (!IsEnvelope(document)) return ReadAirflow(document);
  Bundle bundle;
  ASSIGN_OR_RETURN(Connection connection, ReadEnvelope(document));
  bundle.connections.push_back(std::move(connection));
  return bundle;
}

std::string EntryLabel(std::string_view name, std::size_t index) {
  return "connection " + (IsValidAlias(name) ? std::string(name) : std::to_string(index));
}

}  // namespace injector
