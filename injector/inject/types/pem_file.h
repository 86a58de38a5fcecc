#pragma once
// Fields that hold a PEM text (RFC 7468) or, instead, the path of a file that is there already.

#include <string_view>

#include "injector/inject/translation.h"

namespace injector {

// Whether the field holds the text itself. Anything else is a path, or a word like `system`.
bool IsPemText(const FieldText& value);

// `pem` as the connection's own file `name`, its lines ended as readers want them, the last one
// too: CRLF, and the two characters \n where there is no line end at all, become newlines.
// kInvalidArgument for a NUL byte.
Result<std::size_t> AddPemFile(Translation& translation, std::string_view name,
                               const FieldText& pem);

// Sets `variable` to the path of a file `name` with the text, or to what else `value` holds.
Status SetPemVariable(Translation& translation, std::string_view variable, std::string_view name,
                      const FieldText& value);

}  // namespace injector
