#include "injector/base/printable.h"

#include <cstdint>

#include "injector/base/hex.h"
#include "injector/base/utf8.h"

namespace injector {
namespace {

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

// Line breaks of Unicode, and the marks that turn the direction of what follows (UAX #9), with
// which a value could show as another.
bool ChangesLayout(std::uint32_t code_point) {
  return (code_point >= 0x2028 && code_point <= 0x202e) ||
         (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0x200e ||
         code_point == 0x200f || code_point == 0x061c;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto character = DecodeUtf8(text);
    const std::size_t length = character ? character->length : 1;
    if (character && !IsControl(character->code_point) && !ChangesLayout(character->code_point)) {
      shown += text.substr(0, length);
    } else {
      for (const char byte : text.substr(0, length)) shown += Spelled(byte);
    }
    text.remove_prefix(length);
  }
  return shown;
}

}  // namespace injector
