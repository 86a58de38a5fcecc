#pragma once
// Which names an environment variable may have. POSIX allows almost anything, but dash silently
// drops inherited names that are not identifiers, so such a variable would reach some jobs and not
// others.

#include <string>
#include <string_view>

namespace injector {

// [A-Za-z_][A-Za-z0-9_]*
bool IsVariableName(std::string_view name);

// `text` as a part of a variable name: upper case, everything but letters and digits becomes `_`.
// "api-v2.prod" gives "API_V2_PROD".
std::string VariableNamePart(std::string_view text);

// A name pattern with `*` (any run of characters) and `?` (any one), case-sensitive.
bool GlobMatches(std::string_view pattern, std::string_view name);

}  // namespace injector
