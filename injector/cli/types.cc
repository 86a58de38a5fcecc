// injector types [TYPE]: what is known of the types of connections.

#include <algorithm>
#include <memory>

#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/inject/type_outline.h"
#include "injector/inject/types_page.h"
#include "injector/model/catalogue.h"
#include "injector/model/validation.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "types", "Show the known types of connections and their fields",
    "JOBS GET says what a job's tools are given: variables that they read by themselves, or, where "
    "a\n"
    "type acts as generic, each field as a variable of its name in upper case. Any other type may "
    "be\n"
    "used as well; it acts as generic. A field may be written under any of its names.\n",
    "  injector types\n"
    "  injector types postgres\n"
    "  injector types --output json\n"
    "  injector types --page >TYPES.md\n"};

std::string_view KindName(FieldKind kind) {
  switch (kind) {
    case FieldKind::kText:
      return "text";
    case FieldKind::kNumber:
      return "number";
    case FieldKind::kBoolean:
      return "boolean";
    case FieldKind::kUrl:
      return "url";
    case FieldKind::kPath:
      return "path";
    case FieldKind::kPem:
      return "pem";
    case FieldKind::kMap:
      return "map";
  }
  return "text";
}

std::string Joined(std::span<const std::string_view> words) {
  std::string joined;
  for (const std::string_view word : words) {
    joined += (joined.empty() ? "" : ", ") + std::string(word);
  }
  return joined;
}

Value TextList(std::span<const std::string_view> words) {
  std::vector<Value> items;
  for (const std::string_view word : words) items.push_back(Value::String(word));
  return Value::List(std::move(items));
}

Value FieldAsValue(const FieldInfo& field) {
  std::vector<Value::Member> members;
  members.push_back({"name", Value::String(field.name)});
  members.push_back({"kind", Value::String(KindName(field.kind))});
  members.push_back({"required", Value::Bool(field.required)});
  members.push_back({"secret", Value::Bool(field.secret)});
  if (!field.default_value.empty()) {
    members.push_back({"default", Value::String(field.default_value)});
  }
  members.push_back({"synonyms", TextList(field.synonyms)});
  members.push_back({"help", Value::String(field.help)});
  return Value::Map(std::move(members));
}

Value VariablesAsValue(const TypeOutline& outline) {
  std::vector<Value> variables;
  for (const FieldVariable& variable : outline.variables) {
    std::vector<Value::Member> members;
    members.push_back({"name", Value::String(variable.variable)});
    members.push_back({"field", Value::String(variable.field)});
    variables.push_back(Value::Map(std::move(members)));
  }
  return Value::List(std::move(variables));
}

Value TypeAsValue(const TypeInfo& type) {
  const TypeOutline outline = OutlineOfType(type.name);
  std::vector<Value> fields;
  for (const FieldInfo& field : type.fields) fields.push_back(FieldAsValue(field));
  std::vector<Value::Member> members;
  members.push_back({"type", Value::String(type.name)});
  members.push_back({"help", Value::String(type.help)});
  members.push_back({"synonyms", TextList(type.synonyms)});
  members.push_back({"fields", Value::List(std::move(fields))});
  members.push_back({"actsAsGeneric", Value::Bool(outline.acts_as_generic)});
  members.push_back({"variables", VariablesAsValue(outline)});
  return Value::Map(std::move(members));
}

std::string NotesOn(const FieldInfo& field) {
  std::vector<std::string_view> notes;
  if (field.required) notes.push_back("required");
  if (field.secret) notes.push_back("secret");
  return Joined(notes);
}

std::string VariablesOf(const TypeOutline& outline) {
  std::string names;
  for (const FieldVariable& variable : outline.variables) {
    names += (names.empty() ? "" : ", ") + variable.variable;
  }
  return names;
}

// The first few of the variables, for a line in a table.
std::string ShortlyWhatJobsGet(std::string_view type) {
  constexpr std::size_t kFew = 3;
  TypeOutline outline = OutlineOfType(type);
  if (outline.acts_as_generic) return "its fields (generic)";
  const bool more = outline.variables.size() > kFew;
  if (more) outline.variables.resize(kFew);
  return VariablesOf(outline) + (more ? ", …" : "");
}

std::string TypesAsText(const Emphasis& emphasis) {
  Table table({"TYPE", "WHAT", "JOBS GET", "FIELDS"});
  for (const TypeInfo& type : KnownTypes()) {
    std::vector<std::string_view> names;
    for (const FieldInfo& field : type.fields) names.push_back(field.name);
    table.AddRow({std::string(type.name), std::string(type.help), ShortlyWhatJobsGet(type.name),
                  Joined(names)});
  }
  return table.Render(emphasis);
}

std::string FieldsAsText(const TypeInfo& type, const Emphasis& emphasis) {
  Table table({"FIELD", "KIND", "NOTES", "DEFAULT", "ALSO", "WHAT"});
  for (const FieldInfo& field : type.fields) {
    table.AddRow({std::string(field.name), std::string(KindName(field.kind)), NotesOn(field),
                  std::string(field.default_value), Joined(field.synonyms),
                  std::string(field.help)});
  }
  return table.Render(emphasis);
}

// What a job makes of a connection of that type, by name.
std::string VariablesAsText(const TypeInfo& type, const Emphasis& emphasis) {
  const TypeOutline outline = OutlineOfType(type.name);
  if (outline.acts_as_generic) {
    return "A job gets each field as a variable of its name in upper case, and none that tools "
           "read\n"
           "by themselves. Names by which programs are steered (PATH, LD_PRELOAD, PWD, USER, LANG "
           "…)\n"
           "are refused; a prefix (-c NAME=APP_) makes others of them.\n";
  }
  std::string text = "A job gets";
  if (!outline.readers.empty()) text += ", for " + std::string(outline.readers);
  text += ", as far as the fields are there:\n";
  Table table({"VARIABLE", "FROM"});
  for (const FieldVariable& variable : outline.variables) {
    table.AddRow({variable.variable, variable.field});
  }
  text += table.Render(emphasis);
  const bool named = std::any_of(
      outline.variables.begin(), outline.variables.end(),
      [](const FieldVariable& variable) { return variable.variable.starts_with("NAME_"); });
  return named ? text + "NAME is the connection's own, in upper case.\n" : text;
}

std::string TypeAsText(const TypeInfo& type, const Emphasis& emphasis) {
  std::string text = std::string(type.name) + ": " + std::string(type.help) + "\n";
  if (!type.synonyms.empty()) text += "also written " + Joined(type.synonyms) + "\n";
  text += "\n" + VariablesAsText(type, emphasis) + "\n";
  if (!type.fields.empty()) return text + FieldsAsText(type, emphasis);
  return text +
         "A field is secret when --secret says so, and when its name contains password, passwd,\n"
         "passphrase, token, secret, credential, dsn, authorization, webhook_url or key (but not\n"
         "primary_key, key_id, …_key_path), or has auth as a word; so is all that stands inside "
         "it.\n"
         "The others are shown by `get` and `list` and not scrubbed from a job's output.\n";
}

Error UnknownType(const std::string& type) {
  const std::string_view nearest = NearestType(type);
  Error error(ErrorCode::kNotFound, type + ": not a known type; it would act as generic");
  if (nearest.empty()) return std::move(error).WithHint("`injector types` lists the known ones");
  return std::move(error).WithHint("did you mean " + std::string(nearest) + "?");
}

Status PrintAll(Session& session) {
  if (session.options().output == OutputFormat::kText) {
    return session.Print(TypesAsText(session.emphasis()));
  }
  std::vector<Value> types;
  for (const TypeInfo& type : KnownTypes()) types.push_back(TypeAsValue(type));
  return session.PrintJson(Value::List(std::move(types)));
}

Status PrintOne(Session& session, const std::string& name) {
  const TypeInfo& type = TypeInfoFor(name);
  if (type.name == "generic" && name != "generic") return UnknownType(name);
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(TypeAsValue(type));
  }
  return session.Print(TypeAsText(type, session.emphasis()));
}

}  // namespace

void DefineTypes(Command program, Invocation& invocation) {
  auto type = std::make_shared<std::string>();
  auto page = std::make_shared<bool>(false);
  Command command = program.AddCommand(kText);
  command.AddOptionalArgument("TYPE", *type, "Only this type, with everything about its fields");
  command.AddFlag("--page", *page, "Print the reference page of all types, in Markdown");
  command.OnChosen([&invocation, type, page] {
    invocation.action = Action([type, page](Session& session) {
      if (*page) return session.Print(TypesPage());
      return type->empty() ? PrintAll(session) : PrintOne(session, *type);
    });
  });
}

}  // namespace injector
