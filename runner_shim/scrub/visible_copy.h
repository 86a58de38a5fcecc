#pragma once
// The scrubber's first pass over everything: the text without its line ends, in one piece.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace runner_shim {

struct VisibleCopy {
  std::size_t taken;      // bytes of the text that were looked at
  std::size_t line_ends;  // how many of them are LF or CR
};

// Copies `text` without LF and CR, up to its first ESC, to `to`, and writes the places of those
// line ends to `places`. Uses the widest instructions that this processor has. Requires: room for
// text.size() + kCopySlack bytes at `to` and for text.size() places.
inline constexpr std::size_t kCopySlack = 32;
VisibleCopy CopyWithoutLineEnds(std::string_view text, char* to, std::uint32_t* places);

}  // namespace runner_shim
