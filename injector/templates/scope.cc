#include "injector/templates/scope.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "injector/model/catalogue.h"
#include "injector/model/nearest_name.h"

namespace injector {
namespace {

using Meaning = TemplateScope::Meaning;
using Path = std::span<const std::string>;

std::string Join(Path parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ".") + part;
  return text;
}

// One way to read a path: so many parts name the connection, the rest is the field.
struct Reading {
  Reference name;
  std::size_t name_parts;
};

void AddIfValid(std::string_view text, std::size_t name_parts, std::vector<Reading>& readings) {
  Result<Reference> reference = Reference::Parse(text);
  if (reference.ok()) readings.push_back({*std::move(reference), name_parts});
}

// Longest names first.
std::vector<Reading> ReadingsOf(const TemplateReference& reference) {
  const Path path = reference.path;
  std::vector<Reading> readings;
  for (std::size_t parts = reference.whole_name ? 1 : path.size() - 1; parts > 0; --parts) {
    const std::string name = Join(path.first(parts));
    AddIfValid(name, parts, readings);
    if (parts > 1) AddIfValid("@" + name, parts, readings);
  }
  return readings;
}

template <typename T>
void AddOnce(std::vector<const T*>& list, const T* item) {
  if (item != nullptr && std::find(list.begin(), list.end(), item) == list.end()) {
    list.push_back(item);
  }
}

Error WithNearest(Error error, std::string_view wanted, const std::vector<std::string>& known) {
  const std::string_view nearest = NearestName(wanted, known);
  if (nearest.empty()) return error;
  return std::move(error).WithHint("did you mean " + std::string(nearest) + "?");
}

}  // namespace

std::vector<Reference> PossibleConnections(const TemplateReference& reference) {
  std::vector<Reference> names;
  for (Reading& reading : ReadingsOf(reference)) names.push_back(std::move(reading.name));
  return names;
}

void TemplateScope::Add(const Connection& connection) {
  const bool known =
      std::any_of(connections_.begin(), connections_.end(),
                  [&](const Connection* other) { return other->name == connection.name; });
  if (!known) connections_.push_back(&connection);
}

void TemplateScope::Add(const Variable& variable) {
  const bool known = std::any_of(variables_.begin(), variables_.end(),
                                 [&](const Variable* other) { return other->key == variable.key; });
  if (!known) variables_.push_back(&variable);
}

Result<Meaning> TemplateScope::Find(const TemplateReference& reference) const {
  return reference.kind == TemplateReference::Kind::kVariable ? FindVariable(reference)
                                                              : FindField(reference);
}

void TemplateScope::AddHeld(std::span<const ConnectionEntry> connections,
                            std::span<const std::string> variables) {
  held_connections_.insert(held_connections_.end(), connections.begin(), connections.end());
  held_variables_.insert(held_variables_.end(), variables.begin(), variables.end());
}

Result<Meaning> TemplateScope::FindVariable(const TemplateReference& reference) const {
  std::vector<std::string> keys = held_variables_;
  for (const Variable* variable : variables_) {
    if (variable->key != reference.path.front()) {
      keys.push_back(variable->key);
    } else if (variable->value.empty()) {
      return Error(ErrorCode::kNotFound, "variable " + variable->key + " is empty");
    } else {
      return Meaning{.text = variable->value.Clone(), .connection = {}, .variable = variable};
    }
  }
  return WithNearest(Error(ErrorCode::kNotFound, "no variable " + reference.path.front()),
                     reference.path.front(), keys);
}

std::vector<const Connection*> TemplateScope::Named(const Reference& name) const {
  std::vector<const Connection*> found;
  std::vector<ConnectionEntry> entries;
  for (const Connection* connection : connections_) {
    entries.push_back({connection->name, connection->is_default});
    if (!name.alias.empty() && connection->name.alias == name.alias &&
        (name.type.empty() || connection->name.type == name.type)) {
      found.push_back(connection);
    }
  }
  if (!name.alias.empty()) return found;
  if (const Result<std::size_t> index = Resolve(name, entries); index.ok()) {
    found.push_back(connections_[*index]);
  }
  return found;
}

Result<Meaning> TemplateScope::FindField(const TemplateReference& reference) const {
  const Path path = reference.path;
  std::optional<Meaning> meaning;
  std::optional<Error> near_miss;
  std::size_t longest = 0;
  for (const Reading& reading : ReadingsOf(reference)) {
    if (meaning && reading.name_parts < longest) break;
    const std::string field = Join(path.subspan(reading.name_parts));
    for (const Connection* connection : Named(reading.name)) {
      ASSIGN_OR_RETURN(const Value* value, injector::FindField(*connection, field));
      Secret text = value == nullptr ? Secret() : value->ToText();
      if (text.empty()) text = Secret::CopyOf(DefaultOfField(connection->name.type, field));
      if (text.empty()) {
        if (!near_miss) near_miss = NoSuchField(*connection, field);
        continue;
      }
      if (meaning && meaning->connection != connection) {
        return Error(ErrorCode::kConflict, "it can mean " + meaning->connection->name.Full() +
                                               " and " + connection->name.Full())
            .WithHint("name one in full, as in {{ conn[\"" + connection->name.Full() + "\"]." +
                      field + " }}");
      }
      meaning = Meaning{.text = std::move(text), .connection = connection, .variable = {}};
      longest = reading.name_parts;
    }
  }
  if (meaning) return *std::move(meaning);
  return near_miss ? *std::move(near_miss) : NoSuchConnection(reference);
}

Error TemplateScope::NoSuchField(const Connection& connection, std::string_view field) const {
  const auto found = injector::FindField(connection, field);
  const bool is_there = found.ok() && *found != nullptr;
  if (is_there || connection.FieldNamed(field) != nullptr) {  // null is not found
    return Error(ErrorCode::kNotFound,
                 connection.name.Full() + ": " + std::string(field) + " is empty");
  }
  std::vector<std::string> names;
  for (const Field& known : connection.fields) names.push_back(known.name);
  const std::string message = connection.name.Full() + " has no field " + std::string(field);
  return WithNearest(Error(ErrorCode::kNotFound, message), field, names);
}

// Of the ways to read the path, the one that begins with a type that there is; else the shortest.
Error TemplateScope::NoSuchConnection(const TemplateReference& reference) const {
  std::vector<ConnectionEntry> entries = held_connections_;
  for (const Connection* connection : connections_) {
    entries.push_back({connection->name, connection->is_default});
  }
  const std::vector<Reading> readings = ReadingsOf(reference);
  const auto of_known_type = std::ranges::find_if(readings, [&](const Reading& reading) {
    return std::ranges::any_of(entries, [&](const ConnectionEntry& entry) {
      return entry.name.type == reading.name.type;
    });
  });
  if (readings.empty()) {
    return Error(ErrorCode::kNotFound, "no connection " + reference.path.front());
  }
  const Reading& meant = of_known_type == readings.end() ? readings.back() : *of_known_type;
  const Result<std::size_t> index = Resolve(meant.name, entries);
  if (!index.ok()) return index.error();
  return Error(ErrorCode::kNotFound, "no connection " + meant.name.ToString());
}

Result<RenderedText> Render(const Template& source, const TemplateScope& scope) {
  RenderedText rendered;
  SecretBuilder text;
  for (const TemplatePiece& piece : source.pieces()) {
    if (!piece.reference) {
      text.Append(piece.text.Reveal());
      continue;
    }
    const TemplateReference& reference = *piece.reference;
    Result<Meaning> meaning = scope.Find(reference);
    if (!meaning.ok()) {
      return std::move(meaning).error().WithContext(reference.In(source.name()));
    }
    text.Append(meaning->text.Reveal());
    AddOnce(rendered.connections, meaning->connection);
    AddOnce(rendered.variables, meaning->variable);
  }
  rendered.text = std::move(text).Build();
  return rendered;
}

}  // namespace injector
