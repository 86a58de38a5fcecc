#include "injector/inject/type_outline.h"

#include <algorithm>

#include "injector/inject/types/translators.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

// Some types take a login inside their URL, others refuse it.
enum class ExampleUrl { kPlain, kWithLogin };

// A value that a field may well have; its kind is all that a translator looks at.
Value Plausible(const FieldInfo& info, ExampleUrl url) {
  if (!info.choices.empty()) return Value::String(info.choices.front());
  switch (info.kind) {
    case FieldKind::kNumber:
      return Value::Number("1");
    case FieldKind::kBoolean:
      return Value::Bool(true);
    case FieldKind::kUrl:
      return Value::String(url == ExampleUrl::kPlain ? "https://host.example/path"
                                                     : "https://user:password@host.example/path");
    case FieldKind::kPath:
      return Value::String("/path");
    case FieldKind::kPem:
      return Value::String("-----BEGIN X-----\n");
    case FieldKind::kMap:
      return Value::Map({});
    case FieldKind::kText:
      break;
  }
  return Value::String("text");
}

Connection Empty(const TypeInfo& type) {
  Connection connection;
  connection.name = {std::string(type.name), "NAME"};
  return connection;
}

// One with every field, two for each choice that a field has, one with each field beside the
// required ones and its other half, and one without each: fields that exclude each other (keys or a
// role, a URL or its parts) all have their turn.
std::vector<Connection> Examples(const TypeInfo& type, ExampleUrl url) {
  const auto is_other_half = [&](const FieldInfo& one, const FieldInfo& other) {
    return std::any_of(type.pairs.begin(), type.pairs.end(), [&](const FieldPair& pair) {
      return (pair.first == one.name && pair.second == other.name) ||
             (pair.first == other.name && pair.second == one.name);
    });
  };
  std::vector<Connection> examples;
  examples.push_back(Empty(type));
  for (const FieldInfo& one : type.fields) {
    examples.front().fields.push_back({std::string(one.name), Plausible(one, url)});
    Connection with = Empty(type);
    Connection without = Empty(type);
    for (const FieldInfo& other : type.fields) {
      const bool is_one = &other == &one;
      if (is_one || other.required || is_other_half(one, other)) {
        with.fields.push_back({std::string(other.name), Plausible(other, url)});
      }
      if (!is_one) without.fields.push_back({std::string(other.name), Plausible(other, url)});
    }
    examples.push_back(std::move(with));
    examples.push_back(std::move(without));
  }
  for (const FieldInfo& one : type.fields) {
    for (const std::string_view choice : one.choices) {
      Connection chosen = Empty(type);
      Connection alone = Empty(type);
      for (const FieldInfo& other : type.fields) {
        Value value = &other == &one ? Value::String(choice) : Plausible(other, url);
        if (&other == &one || other.required) {
          alone.fields.push_back({std::string(other.name), value.Clone()});
        }
        chosen.fields.push_back({std::string(other.name), std::move(value)});
      }
      examples.push_back(std::move(chosen));
      examples.push_back(std::move(alone));
    }
  }
  return examples;
}

// "host" of "postgres.NAME.host", which belongs to "postgres.NAME".
std::string FieldOf(const std::string& owner, const std::string& origin) {
  return origin.starts_with(owner + ".") ? origin.substr(owner.size() + 1) : "";
}

void AddVariablesOf(const Connection& example, TypeOutline& outline) {
  // What tools can ask is there, so that connections that want it can be.
  const CredentialEndpoint endpoint{"http://127.0.0.1:1", Secret::CopyOf("token")};
  const Result<Injection> injection = BuildInjection({.connections = {{.connection = &example}},
                                                      .endpoint = &endpoint,
                                                      .helper_program = "/runner-shim"});
  if (!injection.ok()) return;  // this combination cannot be; another one has these fields
  const auto add = [&outline](const std::string& name, std::string field) {
    const bool is_known =
        std::any_of(outline.variables.begin(), outline.variables.end(),
                    [&](const FieldVariable& known) { return known.variable == name; });
    if (!is_known) outline.variables.push_back({name, std::move(field)});
  };
  for (const InjectedVariable& variable : injection->variables) {
    add(variable.name, FieldOf(variable.owner, variable.origin));
  }
  for (const GitSetting& setting : injection->git_settings) {
    const std::string owner = example.name.type + "." + example.name.alias;
    add("GIT_CONFIG_COUNT", FieldOf(owner, setting.origin));
  }
  for (const RemovedVariable& removed : injection->removed_variables) {
    outline.removed.push_back(removed.name);
  }
}

// What one kind of connection sets another removes: the first is said already.
void TidyRemoved(TypeOutline& outline) {
  std::vector<std::string>& names = outline.removed;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::erase_if(names, [&](const std::string& name) {
    return std::any_of(outline.variables.begin(), outline.variables.end(),
                       [&](const FieldVariable& set) { return set.variable == name; });
  });
}

}  // namespace

TypeOutline OutlineOfType(std::string_view type) {
  const TypeTranslator& translator = TranslatorFor(type);
  TypeOutline outline;
  outline.acts_as_generic = translator.type == "generic";
  outline.readers = translator.readers;
  if (outline.acts_as_generic) return outline;
  for (const ExampleUrl url : {ExampleUrl::kPlain, ExampleUrl::kWithLogin}) {
    for (const Connection& example : Examples(TypeInfoFor(type), url)) {
      AddVariablesOf(example, outline);
    }
  }
  std::sort(outline.variables.begin(), outline.variables.end(),
            [](const auto& a, const auto& b) { return a.variable < b.variable; });
  TidyRemoved(outline);
  return outline;
}

}  // namespace injector
