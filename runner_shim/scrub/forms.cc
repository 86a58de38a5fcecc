#include "runner_shim/scrub/forms.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/base/hex.h"
#include "injector/base/utf8.h"
#include "runner_shim/scrub/encodings.h"

namespace runner_shim {
namespace {

using injector::Secret;

constexpr bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

Secret WithoutLineEnds(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), IsLineEnd), text.end());
  return Secret::TakeFrom(std::move(text));
}

std::string_view StripLineEnds(std::string_view text) {
  while (!text.empty() && IsLineEnd(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsLineEnd(text.back())) text.remove_suffix(1);
  return text;
}

// No notation but base64, hex and UTF-16 changes such a value.
bool IsPlain(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return injector::IsAsciiAlnum(c) || c == '-' || c == '_' || c == '.';
  });
}

bool HoldsAny(std::string_view value, std::string_view set) {
  return value.find_first_of(set) != std::string_view::npos;
}

// A control character that is no tab and no line end.
bool HoldsRareControl(std::string_view value) {
  return std::any_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 || byte == 0x7F) && c != '\t' && !IsLineEnd(c);
  });
}

bool HoldsNonAscii(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find_first_of("\r\n");
    lines.push_back(text.substr(0, end));
    if (end == text.npos) return lines;
    const bool pair = text[end] == '\r' && text.substr(end + 1, 1) == "\n";
    text.remove_prefix(end + (pair ? 2 : 1));
  }
}

// -----BEGIN … ----- and its END (RFC 7468).
bool IsPemBoundary(std::string_view line) {
  constexpr std::string_view kDashes = "-----";
  if (line.size() < 2 * kDashes.size()) return false;
  if (!line.starts_with("-----BEGIN ") && !line.starts_with("-----END ")) return false;
  if (!line.ends_with(kDashes)) return false;
  const std::string_view inside = line.substr(5, line.size() - 10);
  return inside.find('-') == inside.npos && inside.find(' ') != inside.npos;
}

bool CarriesInformation(std::string_view line) {
  return line.find_first_not_of("{}()[],;: ") != line.npos && !IsPemBoundary(line);
}

class Collector {
 public:
  void Add(Form form, std::string text, std::size_t shortest = kShortestDerived) {
    Secret bytes = WithoutLineEnds(std::move(text));
    if (bytes.size() < shortest) return;
    const std::size_t hash = std::hash<std::string_view>()(bytes.Reveal());
    for (std::size_t i = 0; i < forms_.size(); ++i) {
      if (hashes_[i] == hash && forms_[i].bytes.Reveal() == bytes.Reveal()) return;
    }
    hashes_.push_back(hash);
    forms_.push_back({form, std::move(bytes)});
  }

  void AddBase64(Form form, std::string_view bytes) {
    for (std::size_t offset = 0; offset < 3; ++offset) {
      std::string core = Base64Core(bytes, offset);
      if (HoldsAny(core, "+/")) Add(form, UrlAlphabet(core), kShortestBase64Core);
      Add(form, std::move(core), kShortestBase64Core);
    }
  }

  void AddLines(std::string_view value) {
    const std::vector<std::string_view> lines = SplitLines(value);
    if (lines.size() < 2) return;
    for (std::string_view line : lines) {
      const std::string_view stripped = injector::StripAsciiSpace(line);
      if (!CarriesInformation(stripped)) continue;
      Add(Form::kLine, std::string(stripped));
      // Line by line as JSON strings: `jq -R`, and loggers that write JSON.
      if (HoldsAny(stripped, "\"\\") && injector::IsValidUtf8(stripped)) {
        Add(Form::kLine, JsonBody(stripped, {}));
      }
    }
    for (std::string_view separator : {" ", "\\n", "\\r\\n"}) {
      Add(Form::kNewlines, Join(lines, separator));
    }
  }

  // A value that came through a variable often holds \n for its line ends.
  void AddExpanded(std::string_view value) {
    if (value.find("\\n") == value.npos) return;
    const Secret windows = Secret::TakeFrom(ReplaceAll(value, "\\r\\n", "\n"));
    const Secret expanded = Secret::TakeFrom(ReplaceAll(windows.Reveal(), "\\n", "\n"));
    Add(Form::kNewlines, std::string(expanded.Reveal()));
    AddLines(expanded.Reveal());
  }

  void AddJson(std::string_view value) {
    const bool has_non_ascii = std::any_of(
        value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x7F; });
    const unsigned useful = (has_non_ascii ? 1U : 0U) | (HoldsAny(value, "/") ? 2U : 0U) |
                            (HoldsAny(value, "<>&") ? 4U : 0U) | (HoldsAny(value, "'=") ? 8U : 0U);
    for (unsigned choice = 0; choice < 16; ++choice) {
      if ((choice & ~useful) != 0) continue;
      JsonEscapes escapes{.non_ascii = (choice & 1) != 0,
                          .slash = (choice & 2) != 0,
                          .html = (choice & 4) != 0,
                          .quotes = (choice & 8) != 0};
      Add(Form::kJson, JsonBody(value, escapes));
      escapes.hex = HexCase::kUpper;
      Add(Form::kJson, JsonBody(value, escapes));
    }
  }

  void AddPercent(std::string_view value) {
    for (std::string_view literal : {"~", "~/", "~!'()*", ";,/?:@&=+$-_.!~*'()#"}) {
      for (HexCase hex : {HexCase::kUpper, HexCase::kLower}) {
        Add(Form::kPercent, PercentText(value, {literal, hex, SpaceAs::kPercent}));
        Add(Form::kPercent, PercentText(value, {literal, hex, SpaceAs::kPlus}));
      }
    }
    // Forms of web pages (application/x-www-form-urlencoded) escape the tilde too.
    if (!HoldsAny(value, "~*")) return;
    for (std::string_view literal : {"", "*"}) {
      Add(Form::kPercent, PercentText(value, {literal, HexCase::kUpper, SpaceAs::kPlus}));
    }
  }

  void AddXml(std::string_view value) {
    if (!HoldsAny(value, "&<>\"'")) return;
    for (std::string_view double_quote : {"&quot;", "&#34;", "&#034;", "&#x22;", "\""}) {
      for (std::string_view single_quote : {"&apos;", "&#39;", "&#039;", "&#x27;", "'"}) {
        Add(Form::kXml, XmlText(value, double_quote, single_quote));
      }
    }
  }

  void AddShell(std::string_view value) {
    Add(Form::kShell, ReplaceAll(value, "'", R"('\'')"));
    Add(Form::kShell, ReplaceAll(value, "'", R"('"'"')"));
    if (value.find("''") != value.npos) Add(Form::kShell, QuoteRunsDoubled(value));
    Add(Form::kShell, BackslashBefore(value, "\"$`\\"));
    Add(Form::kShell, BackslashBefore(value, "\"$`\\!"));
    Add(Form::kShell, ShellWord(value, Comma::kEscaped, Hash::kLiteral, Tilde::kLiteral));
    Add(Form::kShell, ShellWord(value, Comma::kLiteral, Hash::kLiteral, Tilde::kLiteral));
    Add(Form::kShell, ShellWord(value, Comma::kEscaped, Hash::kAtStart, Tilde::kAtStart));
    Add(Form::kShell, ShellWord(value, Comma::kEscaped, Hash::kLiteral, Tilde::kAfterAssignment));
    Add(Form::kShell,
        ShellWord(value, Comma::kEscaped, Hash::kLiteral, Tilde::kAtStartAndAfterAssignment));
    Add(Form::kShell, AnsiCBody(value, HighBytes::kOctal));
    Add(Form::kShell, AnsiCBody(value, HighBytes::kLiteral));
  }

  void AddLiterals(std::string_view value) {
    for (const char quote : {'\'', '"'}) {
      Add(Form::kLiteral, LiteralBody(value, quote, ControlStyle::kLiteral));
      if (!HoldsRareControl(value)) continue;
      for (const ControlStyle control :
           {ControlStyle::kPython, ControlStyle::kJavaScript, ControlStyle::kGo}) {
        Add(Form::kLiteral, LiteralBody(value, quote, control));
      }
    }
    if (HoldsNonAscii(value)) AddPythonEscapes(value);
    Add(Form::kLiteral, BackslashBefore(value, "\\"));
    // addslashes of PHP, and databases' own quoting.
    if (HoldsAny(value, "'") && HoldsAny(value, "\"")) {
      Add(Form::kLiteral, BackslashBefore(value, "'\"\\"));
    }
  }

  void AddHex(std::string_view value) {
    std::string hex = injector::HexEncode(value);
    Add(Form::kHex, injector::ToAsciiUpper(hex));
    Add(Form::kHex, std::move(hex));
  }

  void AddUtf16(std::string_view value) {
    const Secret wide = Secret::TakeFrom(Utf16Le(value));
    AddBase64(Form::kUtf16Base64, wide.Reveal());
    Add(Form::kUtf16, std::string(wide.Reveal()));
  }

  std::vector<FormOfValue> Take() && { return std::move(forms_); }

 private:
  // b'…' and ascii(); of ASCII they are as repr().
  void AddPythonEscapes(std::string_view value) {
    const bool is_text = injector::IsValidUtf8(value);
    for (const char quote : {'\'', '"'}) {
      Add(Form::kLiteral, PythonBytesBody(value, quote));
      if (is_text) Add(Form::kLiteral, PythonAsciiBody(value, quote));
    }
  }

  static std::string Join(const std::vector<std::string_view>& lines, std::string_view separator) {
    std::size_t size = 0;
    for (std::string_view line : lines) size += line.size() + separator.size();
    std::string joined;
    joined.reserve(size);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) joined += separator;
      joined += lines[i];
    }
    return joined;
  }

  std::vector<FormOfValue> forms_;
  std::vector<std::size_t> hashes_;  // of their bytes
};

}  // namespace

std::string_view FormName(Form form) {
  static constexpr std::array<std::string_view, kFormCount> kNames = {
      "raw", "line", "newlines", "json",    "percent", "base64",
      "hex", "xml",  "shell",    "literal", "utf16",   "utf16-base64"};
  return kNames[static_cast<std::size_t>(form)];
}

std::size_t CountedLength(std::string_view value) {
  return value.size() -
         static_cast<std::size_t>(std::count_if(value.begin(), value.end(), IsLineEnd));
}

bool IsBlank(std::string_view value) { return injector::StripAsciiSpace(value).empty(); }

std::vector<FormOfValue> FormsOf(std::string_view value) {
  const std::string_view base = StripLineEnds(value);
  Collector forms;
  if (IsBlank(base)) return {};
  const bool is_text = injector::IsValidUtf8(base);
  forms.Add(Form::kRaw, std::string(base), 1);
  if (!IsPlain(base)) {
    forms.AddLines(base);
    forms.AddExpanded(base);
    if (is_text) forms.AddJson(base);
    forms.AddPercent(base);
    forms.AddXml(base);
    forms.AddShell(base);
    forms.AddLiterals(base);
  }
  forms.AddBase64(Form::kBase64, base);
  if (base.size() != value.size()) forms.AddBase64(Form::kBase64, value);
  forms.AddHex(base);
  if (is_text) forms.AddUtf16(base);
  return std::move(forms).Take();
}

}  // namespace runner_shim
