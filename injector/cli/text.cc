#include "injector/cli/text.h"

#include <unistd.h>

#include <algorithm>

#include "injector/base/printable.h"
#include "injector/cli/display_width.h"

namespace injector {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::size_t kGap = 2;

}  // namespace

Emphasis Emphasis::For(int fd, bool allowed) { return Emphasis(allowed && ::isatty(fd) == 1); }

std::string Emphasis::Wrap(std::string_view code, std::string_view text) const {
  if (!on_) return std::string(text);
  return std::string(code) + std::string(text) + std::string(kReset);
}

std::string Padded(std::string_view cell, std::size_t width) {
  const std::size_t taken = DisplayWidth(cell);
  return std::string(cell) + std::string(taken < width ? width - taken : 0, ' ');
}

void Table::AddRow(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::Render(const Emphasis& emphasis) const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < headings_.size(); ++column) {
    std::size_t width = DisplayWidth(headings_[column]);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[column]));
    widths.push_back(width);
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t column = 0; column < cells.size(); ++column) {
      text += Padded(cells[column], widths[column] + kGap);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  std::string text = emphasis.Heading(line(headings_)) + "\n";
  for (const auto& row : rows_) text += line(row) + "\n";
  return text;
}

}  // namespace injector
