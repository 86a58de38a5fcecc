#pragma once
// The format of java.util.Properties.load(InputStream), which is ISO 8859-1 with escapes.

#include <string_view>

#include "injector/base/secret.h"

namespace injector {

// `value` as it stands behind `name=`: backslashes, white space at its beginning, control
// characters and all that is not ASCII are escaped (as \uXXXX in UTF-16). Bytes that are no UTF-8
// become U+FFFD.
Secret JavaPropertyValue(std::string_view value);

}  // namespace injector
