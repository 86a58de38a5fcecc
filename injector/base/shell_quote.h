#pragma once

#include <string>
#include <string_view>

namespace injector {

// `text` as one word of sh(1), read back byte for byte: in single quotes nothing is special but
// their end. For what is no secret: the memory is not wiped.
std::string ShellQuoted(std::string_view text);

}  // namespace injector
