#include "runner_shim/scrub/encodings.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "injector/base/ascii.h"
#include "injector/base/base64.h"
#include "injector/base/secret.h"
#include "injector/base/utf8.h"

namespace runner_shim {
namespace {

constexpr std::string_view kLowerDigits = "0123456789abcdef";
constexpr std::string_view kUpperDigits = "0123456789ABCDEF";

std::string_view Digits(HexCase hex) {
  return hex == HexCase::kLower ? kLowerDigits : kUpperDigits;
}

std::string WithRoom(std::size_t bytes) {
  std::string text;
  text.reserve(bytes);
  return text;
}

bool Holds(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

void AppendUnit(std::string& out, std::uint32_t unit, HexCase hex) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += Digits(hex)[unit >> shift & 0xF];
}

// RFC 8259: beyond the Basic Multilingual Plane as a surrogate pair.
void AppendEscaped(std::string& out, std::uint32_t code_point, HexCase hex) {
  if (code_point >= 0x10000) {
    AppendUnit(out, 0xD800 + ((code_point - 0x10000) >> 10), hex);
    AppendUnit(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF), hex);
  } else {
    AppendUnit(out, code_point, hex);
  }
}

// The letter of a two-character escape that JSON has for `c`; 0 if none.
char JsonShortEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

bool NeedsUnicodeEscape(std::uint32_t code_point, const JsonEscapes& escapes) {
  if (code_point < 0x20) return true;
  if (code_point >= 0x7F) return escapes.non_ascii;
  const char c = static_cast<char>(code_point);
  return (escapes.html && Holds("<>&", c)) || (escapes.quotes && Holds("'=", c));
}

void AppendOctal(std::string& out, unsigned char byte) {
  out += '\\';
  for (int shift = 6; shift >= 0; shift -= 3) out += static_cast<char>('0' + (byte >> shift & 7));
}

// The letter of bash's escape for `c`; 0 if none.
char AnsiCShortEscape(char c) {
  constexpr std::string_view kBytes = "\a\b\t\n\v\f\r\x1b'\\";
  constexpr std::string_view kLetters = "abtnvfrE'\\";
  const std::size_t at = kBytes.find(c);
  return at == std::string_view::npos ? char{0} : kLetters[at];
}

// The letter of a literal's two-character escape for the control character `c`; 0 if none.
char LiteralShortEscape(char c, ControlStyle control) {
  if (c == '\n') return 'n';
  if (c == '\r') return 'r';
  if (c == '\t') return 't';
  const bool by_letter = control == ControlStyle::kJavaScript || control == ControlStyle::kGo;
  if (c == '\b' && by_letter) return 'b';
  if (c == '\f' && by_letter) return 'f';
  if (c == '\a' && control == ControlStyle::kGo) return 'a';
  if (c == '\v' && control == ControlStyle::kGo) return 'v';
  return 0;
}

void AppendHex(std::string& out, std::uint32_t number, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out += kLowerDigits[number >> shift & 0xF];
  }
}

void AppendPython(std::string& out, std::uint32_t code_point, char quote) {
  const char c = code_point < 0x80 ? static_cast<char>(code_point) : char{0};
  const char letter = LiteralShortEscape(c, ControlStyle::kPython);
  if (letter != 0 || c == '\\' || c == quote) {
    out += '\\';
    out += letter != 0 ? letter : c;
  } else if (code_point >= 0x20 && code_point < 0x7F) {
    out += c;
  } else if (code_point < 0x100) {
    out += "\\x";
    AppendHex(out, code_point, 2);
  } else {
    out += code_point < 0x10000 ? "\\u" : "\\U";
    AppendHex(out, code_point, code_point < 0x10000 ? 4 : 8);
  }
}

}  // namespace

std::string JsonBody(std::string_view text, const JsonEscapes& escapes) {
  std::string out = WithRoom(text.size() * 6);
  while (!text.empty()) {
    const std::optional<injector::Utf8Char> next = injector::DecodeUtf8(text);
    if (!next) break;
    const char c = text[0];
    const char letter = next->length == 1 ? JsonShortEscape(c) : char{0};
    if (letter != 0) {
      out += '\\';
      out += letter;
    } else if (NeedsUnicodeEscape(next->code_point, escapes)) {
      AppendEscaped(out, next->code_point, escapes.hex);
    } else {
      if (c == '/' && escapes.slash) out += '\\';
      out += text.substr(0, next->length);
    }
    text.remove_prefix(next->length);
  }
  return out;
}

std::string PercentText(std::string_view bytes, const PercentStyle& style) {
  std::string out = WithRoom(bytes.size() * 3);
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (injector::IsAsciiAlnum(c) || Holds("-._", c) || Holds(style.literal, c)) {
      out += c;
    } else if (c == ' ' && style.space == SpaceAs::kPlus) {
      out += '+';
    } else {
      out += '%';
      out += Digits(style.hex)[byte >> 4];
      out += Digits(style.hex)[byte & 0xF];
    }
  }
  return out;
}

std::string Base64Core(std::string_view bytes, std::size_t offset) {
  constexpr std::size_t kForeignHead[] = {0, 2, 3};  // characters that hold bits of what is before
  constexpr std::size_t kOwnTail[] = {0, 1, 2};      // of the last group, whole characters
  const std::string_view filler("\0\0", 2);
  const injector::Secret shifted = injector::Secret::Concat({filler.substr(0, offset), bytes});
  const injector::Secret text = injector::Base64Encode(shifted.Reveal());
  const std::size_t begin = kForeignHead[offset];
  const std::size_t end = shifted.size() / 3 * 4 + kOwnTail[shifted.size() % 3];
  return std::string(text.Reveal().substr(begin, end > begin ? end - begin : 0));
}

std::string UrlAlphabet(std::string_view base64) {
  std::string out(base64);
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

std::string XmlText(std::string_view bytes, std::string_view double_quote,
                    std::string_view single_quote) {
  std::string out = WithRoom(bytes.size() * 6);
  for (char c : bytes) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += double_quote;
    } else if (c == '\'') {
      out += single_quote;
    } else {
      out += c;
    }
  }
  return out;
}

std::string BackslashBefore(std::string_view bytes, std::string_view specials) {
  std::string out = WithRoom(bytes.size() * 2);
  for (char c : bytes) {
    if (Holds(specials, c)) out += '\\';
    out += c;
  }
  return out;
}

std::string ReplaceAll(std::string_view bytes, std::string_view from, std::string_view to) {
  std::size_t count = 0;
  for (std::size_t at = bytes.find(from); at != bytes.npos; at = bytes.find(from, at + from.size()))
    ++count;
  std::string out = WithRoom(bytes.size() + count * to.size());
  while (true) {
    const std::size_t at = bytes.find(from);
    out += bytes.substr(0, at);
    if (at == bytes.npos) return out;
    out += to;
    bytes.remove_prefix(at + from.size());
  }
}

std::string QuoteRunsDoubled(std::string_view bytes) {
  std::string out = WithRoom(bytes.size() * 5);
  while (!bytes.empty()) {
    const std::size_t text = std::min(bytes.find('\''), bytes.size());
    const std::size_t end = std::min(bytes.find_first_not_of('\'', text), bytes.size());
    out += bytes.substr(0, text);
    if (text < end) {
      out += "'\"";
      out += bytes.substr(text, end - text);
      out += "\"'";
    }
    bytes.remove_prefix(end);
  }
  return out;
}

std::string LiteralBody(std::string_view bytes, char quote, ControlStyle control) {
  std::string out = WithRoom(bytes.size() * 4);
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const char letter = LiteralShortEscape(c, control);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (letter != 0) {
      out += '\\';
      out += letter;
    } else if (control != ControlStyle::kLiteral && (byte < 0x20 || byte == 0x7F)) {
      const HexCase hex = control == ControlStyle::kJavaScript ? HexCase::kUpper : HexCase::kLower;
      out += "\\x";
      out += Digits(hex)[byte >> 4];
      out += Digits(hex)[byte & 0xF];
    } else {
      out += c;
    }
  }
  return out;
}

std::string PythonBytesBody(std::string_view bytes, char quote) {
  std::string out = WithRoom(bytes.size() * 4);
  for (const char c : bytes) AppendPython(out, static_cast<unsigned char>(c), quote);
  return out;
}

std::string PythonAsciiBody(std::string_view text, char quote) {
  std::string out = WithRoom(text.size() * 4);
  while (const std::optional<injector::Utf8Char> next = injector::DecodeUtf8(text)) {
    AppendPython(out, next->code_point, quote);
    text.remove_prefix(next->length);
  }
  return out;
}

std::string AnsiCBody(std::string_view bytes, HighBytes high) {
  std::string out = WithRoom(bytes.size() * 4);
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const char letter = AnsiCShortEscape(c);
    if (letter != 0) {
      out += '\\';
      out += letter;
    } else if (byte < 0x20 || byte == 0x7F || (byte > 0x7F && high == HighBytes::kOctal)) {
      AppendOctal(out, byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string ShellWord(std::string_view bytes, Comma comma, Hash hash, Tilde tilde) {
  const bool tilde_at_start =
      tilde == Tilde::kAtStart || tilde == Tilde::kAtStartAndAfterAssignment;
  const bool tilde_after =
      tilde == Tilde::kAfterAssignment || tilde == Tilde::kAtStartAndAfterAssignment;
  std::string out = WithRoom(bytes.size() * 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const bool first = i == 0;
    const bool after_assignment = !first && Holds("=:", bytes[i - 1]);
    const bool escape =
        Holds(" '\"\\|&;()<>!{}*[]?^$`", c) || (c == ',' && comma == Comma::kEscaped) ||
        (c == '#' && first && hash == Hash::kAtStart) ||
        (c == '~' && ((first && tilde_at_start) || (after_assignment && tilde_after)));
    if (escape) out += '\\';
    out += c;
  }
  return out;
}

std::string Utf16Le(std::string_view text) {
  std::string out = WithRoom(text.size() * 2);
  const auto append = [&out](std::uint32_t unit) {
    out += static_cast<char>(unit & 0xFF);
    out += static_cast<char>(unit >> 8);
  };
  while (const std::optional<injector::Utf8Char> next = injector::DecodeUtf8(text)) {
    if (next->code_point >= 0x10000) {
      append(0xD800 + ((next->code_point - 0x10000) >> 10));
      append(0xDC00 + ((next->code_point - 0x10000) & 0x3FF));
    } else {
      append(next->code_point);
    }
    text.remove_prefix(next->length);
  }
  return out;
}

}  // namespace runner_shim
