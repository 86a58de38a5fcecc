#pragma once
// The strings of a JSON text (RFC 8259) with the names of the members that hold them, for the
// scrubber alone: it must find secrets in any text that some parser would accept, so members named
// twice, for instance, count both.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/secret.h"

namespace runner_shim {

struct JsonString {
  std::string name;  // of the member; of the list it stands in; "" at the top
  injector::Secret text;
};

// In the order of the text; nullopt if it is no JSON or nested deeper than 256.
std::optional<std::vector<JsonString>> FindJsonStrings(std::string_view json);

}  // namespace runner_shim
