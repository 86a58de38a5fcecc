#pragma once
// What injector/cli/OUTPUT.md says of the JSON that `injector` prints, and what a document holds.

#include <set>
#include <string>

#include "injector/model/value.h"

namespace injector::testing {

// Paths of members as the page writes them: "[].fields.*".
using Paths = std::set<std::string>;

// Those of a section: "connections get". Empty when there is none.
Paths PageMembers(const std::string& section);

// Those of every leaf of `json`; an empty list or map is none.
Paths PathsIn(const Value& json);

}  // namespace injector::testing
