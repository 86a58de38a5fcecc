#pragma once
// JSON (RFC 8259) <-> Value. The only place that sees the JSON library.

#include <string_view>

#include "injector/base/result.h"
#include "injector/base/secret.h"
#include "injector/model/value.h"

namespace injector {

// Parses one document. Refused, with line and column and never a part of the text: anything after
// it, invalid UTF-8, a member named twice, nesting deeper than 64.
Result<Value> ParseJson(std::string_view text);

enum class JsonStyle { kCompact, kIndented };

// Members in their order; strings escaped minimally. Requires: every string is valid UTF-8
// (ParseJson and the loaders see to it); other bytes become U+FFFD.
Secret WriteJson(const Value& value, JsonStyle style = JsonStyle::kCompact);

}  // namespace injector
