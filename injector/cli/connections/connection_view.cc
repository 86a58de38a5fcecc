#include "injector/cli/connections/connection_view.h"

#include <algorithm>

#include "injector/base/printable.h"
#include "injector/cli/connections/expiry.h"
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

std::vector<Line> SettingLines(const Connection& connection,
                               std::chrono::system_clock::time_point now) {
  std::vector<Line> lines;
  const auto add = [&](std::string label, std::string_view text) {
    lines.push_back({std::move(label), Secret::CopyOf(text)});
  };
  add("name", connection.name.alias);
  add("type", connection.name.type);
  add("default", connection.is_default ? "yes" : "no");
  if (!connection.description.empty()) add("description", connection.description);
  if (!connection.expires_at.empty()) {
    add("expires",
        connection.expires_at + (IsExpired(connection.expires_at, now) ? " EXPIRED" : ""));
  }
  if (!connection.rotate_every.empty()) add("rotate every", connection.rotate_every);
  // Sources that are no store do not count.
  if (connection.version != 0) add("version", std::to_string(connection.version));
  return lines;
}

std::vector<Line> FieldLines(const Connection& connection) {
  std::vector<Line> lines;
  for (const FlatField& leaf : Flatten(connection)) {
    lines.push_back({leaf.path, leaf.value->ToText()});
  }
  return lines;
}

void AppendPrintable(SecretBuilder& out, std::string_view text) {
  const Secret printable = Secret::TakeFrom(Printable(text));
  out.Append(printable.Reveal());
  out.Append('\n');
}

// A text of several lines stands below its label as lines of its own, each behind "  | ", so that
// it is told from one that holds the two characters \n, and can be read and copied.
void AppendText(SecretBuilder& out, std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return AppendPrintable(out, text);
  const bool ends_with_newline = text.ends_with('\n');
  if (ends_with_newline) text.remove_suffix(1);
  const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
  out.Append(std::to_string(lines) + (lines == 1 ? " line" : " lines") +
             (ends_with_newline ? "" : ", no newline after the last") + ":\n");
  while (true) {
    const std::size_t end = text.find('\n');
    out.Append("  | ");
    AppendPrintable(out, text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

// A line a label, the texts in one column.
void AppendLines(SecretBuilder& out, const std::vector<Line>& lines, const Emphasis& emphasis) {
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.label.size());
  for (const Line& line : lines) {
    out.Append(emphasis.Heading(Printable(line.label)));
    out.Append(std::string(width - line.label.size() + 2, ' '));
    AppendText(out, line.text.Reveal());
  }
}

}  // namespace

Secret ConnectionAsText(const Connection& connection, SecretView view,
                        std::chrono::system_clock::time_point now, const Emphasis& emphasis) {
  const Connection shown =
      WithFields(connection, view == SecretView::kRevealed ? connection.Clone().fields
                                                           : RedactedFields(connection));
  SecretBuilder out;
  AppendLines(out, SettingLines(connection, now), emphasis);
  out.Append('\n');
  AppendLines(out, FieldLines(shown), emphasis);
  return std::move(out).Build();
}

}  // namespace injector
