#pragma once
// Looks for a planted secret in what a program printed, logged or stored. Deliberately independent
// of the scrubber's own idea of forms.

#include <string>
#include <string_view>
#include <vector>

namespace injector::testing {

// The names of the forms ("raw", "base64+1", "hex", "percent", "reversed case hex" …) in which
// `secret` can be read from `text`, also when line breaks stand inside; empty when in none.
// Requires: at least 8 bytes.
std::vector<std::string> ExposedForms(std::string_view secret, std::string_view text);

}  // namespace injector::testing
