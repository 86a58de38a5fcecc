#include "injector/inject/types/mysql_option_file.h"

namespace injector {
namespace {

// Of the reader's buffer, less the longest name that we write, `=`, the line end and the NUL.
constexpr std::size_t kLongestValue = 4096 - 32;

std::string_view EscapeOf(char c) {
  switch (c) {
    case '\\':
      return "\\\\";
    case '"':
      return "\\\"";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\b':
      return "\\b";
    default:
      return {};
  }
}

}  // namespace

std::optional<Secret> MysqlOptionValue(std::string_view value) {
  SecretBuilder quoted;
  std::size_t size = 2;
  quoted.Append('"');
  for (const char c : value) {
    if (c == '\0') return std::nullopt;
    const std::string_view escape = EscapeOf(c);
    if (escape.empty()) {
      quoted.Append(c);
    } else {
      quoted.Append(escape);
    }
    size += escape.empty() ? 1 : escape.size();
  }
  quoted.Append('"');
  if (size > kLongestValue) return std::nullopt;
  return std::move(quoted).Build();
}

}  // namespace injector
