#include "injector/cli/connection_view.h"

#include <algorithm>

#include "injector/base/utf8.h"
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

// The beginning of a text that would make a table's line too long.
std::string Shortened(std::string_view text) {
  constexpr std::size_t kLongest = 48;  // characters
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++count) {
    if (count == kLongest) return std::string(text.substr(0, end)) + "…";
    const auto character = DecodeUtf8(text.substr(end));
    end += character ? character->length : 1;
  }
  return std::string(text);
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

std::string VisibleFieldsLine(const Connection& connection) {
  const Connection shown = WithFields(connection, HideSecrets(connection).fields);
  std::string line;
  for (const FlatField& leaf : Flatten(shown)) {
    line += (line.empty() ? "" : " ") + leaf.path + "=" + Shortened(leaf.value->ToText().Reveal());
  }
  return line;
}

}  // namespace injector
