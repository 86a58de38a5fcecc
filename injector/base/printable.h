#pragma once
// Text of others, shown to a person: what it may not do to the terminal and to the line it stands
// in.

#include <string>
#include <string_view>

namespace injector {

// `text` with every control character spelled out (\n, \t, \x1b), so that a stored value can
// neither break a line nor steer the terminal; likewise the marks that turn the direction of text.
// Bytes that are not UTF-8 become \xNN too.
std::string Printable(std::string_view text);

}  // namespace injector
