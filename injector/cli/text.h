#pragma once
// How things look on a terminal: columns and emphasis.

#include <string>
#include <string_view>
#include <vector>

namespace injector {

// `cell` with spaces after it, up to `width` columns.
std::string Padded(std::string_view cell, std::size_t width);

// Emphasis, or nothing when colours are off.
class Emphasis {
 public:
  static Emphasis None() { return Emphasis(false); }
  // On when `fd` is a terminal and `allowed`.
  static Emphasis For(int fd, bool allowed);

  std::string Heading(std::string_view text) const { return Wrap("\x1b[1m", text); }
  std::string Success(std::string_view text) const { return Wrap("\x1b[32m", text); }
  std::string Warning(std::string_view text) const { return Wrap("\x1b[33m", text); }
  std::string Failure(std::string_view text) const { return Wrap("\x1b[31m", text); }

 private:
  explicit Emphasis(bool on) : on_(on) {}
  std::string Wrap(std::string_view code, std::string_view text) const;
  bool on_;
};

// Left-aligned columns, two spaces apart; a cell's width counts columns (display_width.h). Cells
// are made Printable.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}
  // Requires: as many cells as there are headings.
  void AddRow(std::vector<std::string> cells);
  std::string Render(const Emphasis& emphasis) const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace injector
