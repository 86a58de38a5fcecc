#pragma once
// The scrubber's first pass over everything: where the bytes are that a reading may skip, or that
// begin what it skips. LF, CR and ESC.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runner_shim/scrub/instructions.h"

namespace runner_shim {

class SpecialBytes {
 public:
  // Most bytes that one Find() takes; its memory is got once.
  static constexpr std::size_t kMostBytes = 32 * 1024;
  // Requires: AreThere(instructions).
  explicit SpecialBytes(Instructions instructions);

  // Finds those of `text` in place of those found before. Requires: text.size() <= kMostBytes.
  void Find(std::string_view text);

  // Ascending.
  std::span<const std::uint16_t> places() const { return {places_.data(), count_}; }
  // Those that are ESC.
  std::span<const std::uint16_t> escapes() const { return {escapes_.data(), escape_count_}; }
  // Whether one stands in [begin, end). Requires: end is at most 64 behind begin, and within text.
  bool AnyIn(std::size_t begin, std::size_t end) const {
    if (begin >= end) return false;
    const std::uint64_t first = bits_[begin / 64] >> (begin % 64);
    const std::uint64_t next = begin % 64 == 0 ? 0 : bits_[begin / 64 + 1] << (64 - begin % 64);
    return ((first | next) << (64 - (end - begin))) != 0;
  }

 private:
  Instructions instructions_;
  std::vector<std::uint64_t> bits_;  // by place, the low one first
  std::vector<std::uint16_t> places_;
  std::vector<std::uint16_t> escapes_;
  std::size_t count_ = 0;
  std::size_t escape_count_ = 0;
};

}  // namespace runner_shim
