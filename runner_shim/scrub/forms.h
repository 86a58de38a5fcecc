#pragma once
// Forms: the ways in which a secret's value turns up in a log, because some tool wrapped, escaped
// or encoded it. Each form is a needle of its own. What is not here is not found: DESIGN.md, beside
// this file, lists the notations and why they were chosen.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace runner_shim {

enum class Form : std::uint8_t {
  kRaw,
  kLine,         // one line of a multi-line value
  kNewlines,     // line ends as spaces, as \n or \r\n, or the two characters \n expanded
  kJson,         // the body of a JSON string
  kPercent,      // percent-encoding
  kBase64,       // base64 or base64url, at any alignment
  kHex,          // base16, either case
  kXml,          // XML and HTML entities
  kShell,        // quoted for a shell, as bash -x and printf %q write it
  kLiteral,      // a string literal of a programming language
  kUtf16,        // UTF-16, little-endian
  kUtf16Base64,  // base64 of that
};
inline constexpr std::size_t kFormCount = 12;

// As reports name it: "raw", "base64".
std::string_view FormName(Form form);

// Derived forms shorter than this are too likely to be something else.
inline constexpr std::size_t kShortestDerived = 8;
inline constexpr std::size_t kShortestBase64Core = 7;

struct FormOfValue {
  Form form;
  injector::Secret bytes;  // without LF and CR: matching does not see them
};

// The length that counts of `value`: without line ends.
std::size_t CountedLength(std::string_view value);

// Whether `value` is empty or white space alone: never a needle.
bool IsBlank(std::string_view value);

// The forms of `value`, the raw one first, no two of them equal. Empty when the value is blank.
std::vector<FormOfValue> FormsOf(std::string_view value);

}  // namespace runner_shim
