#pragma once
// Looks for a planted secret in what a program printed, logged or stored. Deliberately independent
// of the scrubber's own idea of forms.

#include <string>
#include <string_view>
#include <vector>

namespace injector::testing {

// A password of the 94 visible symbols of ASCII, in their order.
std::string EverySymbol();
// The same with a blank, and with letters that are not ASCII.
std::string EveryKindOfText();

// The names of the forms ("raw", "base64+1", "hex", "percent", "reversed case hex" …) in which
// `secret` can be read from `text`, also when line breaks stand inside; empty when in none.
// Requires: at least 8 bytes.
std::vector<std::string> ExposedForms(std::string_view secret, std::string_view text);

}  // namespace injector::testing
