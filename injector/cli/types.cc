// injector types [TYPE]: what is known of the types of connections.

#include <memory>

#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/model/catalogue.h"
#include "injector/model/nearest_name.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "types", "Show the known types of connections and their fields",
    "Any other type may be used as well; it acts as generic. A field may be written under any of\n"
    "its names.\n",
    "  injector types\n"
    "  injector types postgres\n"
    "  injector types --output json\n"};

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

Value TypeAsValue(const TypeInfo& type) {
  std::vector<Value> fields;
  for (const FieldInfo& field : type.fields) fields.push_back(FieldAsValue(field));
  std::vector<Value::Member> members;
  members.push_back({"type", Value::String(type.name)});
  members.push_back({"help", Value::String(type.help)});
  members.push_back({"synonyms", TextList(type.synonyms)});
  members.push_back({"fields", Value::List(std::move(fields))});
  return Value::Map(std::move(members));
}

std::string NotesOn(const FieldInfo& field) {
  std::vector<std::string_view> notes;
  if (field.required) notes.push_back("required");
  if (field.secret) notes.push_back("secret");
  return Joined(notes);
}

std::string TypesAsText(const Emphasis& emphasis) {
  Table table({"TYPE", "WHAT", "FIELDS"});
  for (const TypeInfo& type : KnownTypes()) {
    std::vector<std::string_view> names;
    for (const FieldInfo& field : type.fields) names.push_back(field.name);
    table.AddRow({std::string(type.name), std::string(type.help), Joined(names)});
  }
  return table.Render(emphasis);
}

std::string TypeAsText(const TypeInfo& type, const Emphasis& emphasis) {
  std::string text = std::string(type.name) + ": " + std::string(type.help) + "\n";
  if (!type.synonyms.empty()) text += "also written " + Joined(type.synonyms) + "\n";
  if (type.fields.empty()) return text;
  Table table({"FIELD", "KIND", "NOTES", "DEFAULT", "ALSO", "WHAT"});
  for (const FieldInfo& field : type.fields) {
    table.AddRow({std::string(field.name), std::string(KindName(field.kind)), NotesOn(field),
                  std::string(field.default_value), Joined(field.synonyms),
                  std::string(field.help)});
  }
  return text + "\n" + table.Render(emphasis);
}

Error UnknownType(const std::string& type) {
  std::vector<std::string> names;
  for (const TypeInfo& known : KnownTypes()) names.emplace_back(known.name);
  const std::string_view nearest = NearestName(type, names);
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
  Command command = program.AddCommand(kText);
  command.AddOptionalArgument("TYPE", *type, "Only this type, with everything about its fields");
  command.OnChosen([&invocation, type] {
    invocation.action = Action([type](Session& session) {
      return type->empty() ? PrintAll(session) : PrintOne(session, *type);
    });
  });
}

}  // namespace injector
