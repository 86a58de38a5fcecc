#pragma once
// A place in a text that a person wrote, for messages that point at it.

#include <cstddef>
#include <string>
#include <string_view>

#include "injector/base/error.h"

namespace injector {

struct TextPosition {
  std::size_t line = 1;    // from 1
  std::size_t column = 1;  // from 1, in characters

  // The position after `text`, which stands at this one. Continuation bytes of UTF-8 do not count.
  TextPosition After(std::string_view text) const;
};

// kInvalidArgument about what stands at `position` of the file `name`: "NAME:LINE:COLUMN: MESSAGE".
Error ErrorAt(const std::string& name, TextPosition position, std::string_view message);

// What is wrong, or looks wrong, at one place of a file.
struct FileFinding {
  enum class Severity { kError, kWarning };
  Severity severity;
  TextPosition position;
  std::string message;

  // "NAME:LINE:COLUMN: MESSAGE"
  std::string In(const std::string& name) const;
};

}  // namespace injector
