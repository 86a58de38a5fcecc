#pragma once
// `.env` files, in the common part of what their many readers take:
//
//   # a comment
//   NAME=value               up to the end of the line or ` #`, without spaces around it
//   export NAME=value
//   NAME='as it stands'      quoted values may hold line breaks
//   NAME="with \n \r \t \" \\ \$"
//
// Line ends may be \r\n. The last of two entries with one name counts. Unlike some readers we leave
// `$` alone: `${OTHER}` in a value stays what it is, so that no secret is bent by its own
// characters.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/base/text_position.h"

namespace injector {

struct DotenvEntry {
  std::string name;  // a variable name that every shell takes
  Secret value;
  TextPosition position;
};

inline constexpr std::size_t kDotenvSizeLimit = 1 << 20;  // bytes

// Names are unique in the result, each where it stood first. `name` stands for the text in
// messages, which say line and column and hold nothing of the values.
Result<std::vector<DotenvEntry>> ParseDotenv(std::string_view text, const std::string& name);

// `NAME="value"` without the line's end, on one line whatever the value: ParseDotenv reads the same
// back. Requires: a valid name, and no NUL in `value`.
Secret DotenvLine(std::string_view name, const Secret& value);

// The file at `path`. kNotFound when there is none.
Result<std::vector<DotenvEntry>> ReadDotenv(const std::string& path);

}  // namespace injector
