#pragma once
// How tools write a value when they quote, escape or encode it: one function per notation, over
// bytes. What comes back is as secret as what goes in.

#include <cstddef>
#include <string>
#include <string_view>

namespace runner_shim {

// Each result is made in a buffer that never grows, so no part of it stays behind in freed memory;
// the caller wipes the string itself (injector::Secret::TakeFrom).

enum class HexCase { kLower, kUpper };

struct JsonEscapes {
  bool non_ascii = false;  // everything but printable ASCII as \uXXXX, beyond the BMP as two
  bool slash = false;      // "/" as "\/"
  bool html = false;       // < > & as \u00XX
  bool quotes = false;     // ' = as \u00XX
  HexCase hex = HexCase::kLower;
};

// The body of a JSON string (RFC 8259, section 7). Requires: `text` is valid UTF-8.
std::string JsonBody(std::string_view text, const JsonEscapes& escapes);

enum class SpaceAs { kPercent, kPlus };

struct PercentStyle {
  std::string_view literal;  // kept beside letters, digits and - . _
  HexCase hex = HexCase::kUpper;
  SpaceAs space = SpaceAs::kPercent;
};
std::string PercentText(std::string_view bytes, const PercentStyle& style);

// Of the base64 text that holds `bytes` behind `offset` (0 to 2) other ones, the characters that
// `bytes` alone determine.
std::string Base64Core(std::string_view bytes, std::size_t offset);
// Base64 to base64url.
std::string UrlAlphabet(std::string_view base64);

// & < > by name, quotes as `double_quote` and `single_quote`.
std::string XmlText(std::string_view bytes, std::string_view double_quote,
                    std::string_view single_quote);

// Every byte of `specials` with a backslash in front.
std::string BackslashBefore(std::string_view bytes, std::string_view specials);
// Every `from` (not empty) replaced by `to`.
std::string ReplaceAll(std::string_view bytes, std::string_view from, std::string_view to);

// As dash(1) lists variables: each run of single quotes between double ones, '"''"'.
std::string QuoteRunsDoubled(std::string_view bytes);

// How a language writes control characters within a literal; \t, \n and \r they all know.
enum class ControlStyle {
  kLiteral,     // not escaped
  kPython,      // \x07
  kJavaScript,  // \x1B; \b and \f by letter
  kGo,          // \x1b; \a, \b, \f and \v by letter
};
// The body of a string literal between `quote`.
std::string LiteralBody(std::string_view bytes, char quote, ControlStyle control);

// The same as Python prints bytes (b'…'): every byte that is no printable ASCII as \xHH.
std::string PythonBytesBody(std::string_view bytes, char quote);
// As its ascii() prints a text: \xHH below U+0100, else \uHHHH or \UHHHHHHHH. Requires: `text` is
// valid UTF-8.
std::string PythonAsciiBody(std::string_view text, char quote);

enum class HighBytes { kLiteral, kOctal };
// The inside of bash's $'…' (bash(1), QUOTING), as `printf %q` and `set -x` write it.
std::string AnsiCBody(std::string_view bytes, HighBytes high);

enum class Tilde { kLiteral, kAtStart, kAfterAssignment, kAtStartAndAfterAssignment };
enum class Comma { kEscaped, kLiteral };
enum class Hash { kLiteral, kAtStart };
// A word as bash's `printf %q` writes it, short of $'…'. Versions differ in what they escape.
std::string ShellWord(std::string_view bytes, Comma comma, Hash hash, Tilde tilde);

// UTF-16, little-endian, without a mark. Requires: `text` is valid UTF-8.
std::string Utf16Le(std::string_view text);

}  // namespace runner_shim
