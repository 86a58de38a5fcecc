#include "injector/cli/text.h"

#include <unistd.h>

#include <algorithm>

#include "injector/base/hex.h"
#include "injector/base/utf8.h"

namespace injector {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::size_t kGap = 2;

std::string Spelled(char byte) {
  switch (byte) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return "\\x" + HexEncode({&byte, 1});
  }
}

// C0, DEL and C1: ECMA-48 gives each of them a meaning to a terminal.
bool IsControl(std::uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
}

std::size_t CharactersIn(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string Padded(const std::string& cell, std::size_t width) {
  return cell + std::string(width - CharactersIn(cell), ' ');
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto character = DecodeUtf8(text);
    const std::size_t length = character ? character->length : 1;
    if (character && !IsControl(character->code_point)) {
      shown += text.substr(0, length);
    } else {
      for (const char byte : text.substr(0, length)) shown += Spelled(byte);
    }
    text.remove_prefix(length);
  }
  return shown;
}

Emphasis Emphasis::For(int fd, bool allowed) { return Emphasis(allowed && ::isatty(fd) == 1); }

std::string Emphasis::Wrap(std::string_view code, std::string_view text) const {
  if (!on_) return std::string(text);
  return std::string(code) + std::string(text) + std::string(kReset);
}

void Table::AddRow(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::Render(const Emphasis& emphasis) const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < headings_.size(); ++column) {
    std::size_t width = CharactersIn(headings_[column]);
    for (const auto& row : rows_) width = std::max(width, CharactersIn(row[column]));
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
