#include "injector/inject/types_page.h"

#include <string_view>

#include "injector/inject/type_outline.h"
#include "injector/model/catalogue.h"

namespace injector {
namespace {

constexpr std::string_view kHead =
    "# What a connection becomes, type by type\n\n"
    "Made by `injector types --page`; a test says when it is stale. A field may be written under "
    "any of its names. A job gets\neach variable as far as the fields are there: text, or the "
    "path of a file in its private directory. With a prefix (`-c NAME=APP_`)\nall of them are "
    "called otherwise, and tools no longer read them by themselves. Any type that is not here acts "
    "as `generic`.\n";

std::string Code(std::string_view text) { return "`" + std::string(text) + "`"; }

template <typename Names>
std::string Codes(const Names& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + Code(name);
  return text;
}

std::string NotesOn(const FieldInfo& field) {
  std::string notes;
  const auto add = [&notes](const std::string& note) {
    notes += (notes.empty() ? "" : "; ") + note;
  };
  if (field.required) add("required");
  if (field.secret) add("secret");
  if (!field.default_value.empty()) add("default " + Code(field.default_value));
  if (!field.synonyms.empty()) add("also " + Codes(field.synonyms));
  return notes;
}

std::string FieldRows(const TypeInfo& type) {
  std::string rows = "| field | what | |\n|---|---|---|\n";
  for (const FieldInfo& field : type.fields) {
    rows +=
        "| " + Code(field.name) + " | " + std::string(field.help) + " | " + NotesOn(field) + " |\n";
  }
  return rows;
}

std::string VariableRows(const TypeOutline& outline) {
  std::string rows = "| variable | from |\n|---|---|\n";
  for (const FieldVariable& variable : outline.variables) {
    rows += "| " + Code(variable.variable) + " | " + Code(variable.field) + " |\n";
  }
  return rows;
}

std::string Section(const TypeInfo& type) {
  std::string text = "\n## " + std::string(type.name) + "\n" + std::string(type.help) + ".";
  if (!type.synonyms.empty()) text += " Also written " + Codes(type.synonyms) + ".";
  const TypeOutline outline = OutlineOfType(type.name);
  if (!outline.readers.empty()) text += " Read by " + std::string(outline.readers) + ".";
  text += "\n";
  if (!type.fields.empty()) text += "\n" + FieldRows(type);
  if (outline.acts_as_generic) {
    return text + "\nEach field becomes a variable of its name in upper case.\n";
  }
  text += "\n" + VariableRows(outline);
  if (outline.removed.empty()) return text;
  return text +
         "\nInherited variables that go, because they would win over these or be mixed with "
         "them:\n" +
         Codes(outline.removed) + ".\n";
}

}  // namespace

std::string TypesPage() {
  std::string page(kHead);
  for (const TypeInfo& type : KnownTypes()) page += Section(type);
  return page;
}

}  // namespace injector
