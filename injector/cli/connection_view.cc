#include "injector/cli/connection_view.h"

#include <algorithm>

#include "injector/model/catalogue.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

struct Line {
  std::string label;
  Secret text;
};

Connection WithFields(const Connection& connection, std::vector<Field> fields) {
  Connection shown;
  shown.name = connection.name;
  shown.fields = std::move(fields);
  return shown;
}

std::vector<Line> SettingLines(const Connection& connection) {
  std::vector<Line> lines;
  const auto add = [&](std::string label, std::string_view text) {
    lines.push_back({std::move(label), Secret::CopyOf(text)});
  };
  add("name", connection.name.alias);
  add("type", connection.name.type);
  add("default", connection.is_default ? "yes" : "no");
  if (!connection.description.empty()) add("description", connection.description);
  if (!connection.expires_at.empty()) add("expires", connection.expires_at);
  add("version", std::to_string(connection.version));
  return lines;
}

std::vector<Line> FieldLines(const Connection& connection) {
  std::vector<Line> lines;
  for (const FlatField& leaf : Flatten(connection)) {
    lines.push_back({leaf.path, leaf.value->ToText()});
  }
  return lines;
}

// A line a label, the texts in one column.
void AppendLines(SecretBuilder& out, const std::vector<Line>& lines, const Emphasis& emphasis) {
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.label.size());
  for (const Line& line : lines) {
    out.Append(emphasis.Heading(Printable(line.label)));
    out.Append(std::string(width - line.label.size() + 2, ' '));
    const Secret text = Secret::TakeFrom(Printable(line.text.Reveal()));
    out.Append(text.Reveal());
    out.Append('\n');
  }
}

}  // namespace

Secret ConnectionAsText(const Connection& connection, SecretView view, const Emphasis& emphasis) {
  const Connection shown =
      WithFields(connection, view == SecretView::kRevealed ? connection.Clone().fields
                                                           : RedactedFields(connection));
  SecretBuilder out;
  AppendLines(out, SettingLines(connection), emphasis);
  out.Append('\n');
  AppendLines(out, FieldLines(shown), emphasis);
  return std::move(out).Build();
}

}  // namespace injector
