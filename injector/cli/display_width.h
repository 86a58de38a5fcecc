#pragma once
// How many columns of a terminal a text takes, whatever the locale.

#include <cstddef>
#include <string_view>

namespace injector {

// Two columns for East Asian wide characters and emoji (Unicode Standard Annex #11: W and F), none
// for combining marks and joiners, one for everything else; a byte that is not UTF-8 counts one.
// Requires: no control characters (Printable, printable.h, has spelled them out).
std::size_t DisplayWidth(std::string_view text);

}  // namespace injector
