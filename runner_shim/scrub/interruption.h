#pragma once
// The search for the next byte that interrupts text, the scrubber's first pass over everything.

#include <cstddef>
#include <string_view>

namespace runner_shim {

// Where the first LF, CR or ESC of `text` stands; text.size() if there is none. Uses the widest
// instructions that this processor has.
std::size_t FindInterruption(std::string_view text);

}  // namespace runner_shim
