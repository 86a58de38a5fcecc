#pragma once
// BlockFilter: most places of a text cannot be the beginning of any needle, and this tells which,
// mostly without looking at them.
//
// Every needle has at least window() bytes. Wherever one begins, a block of block() bytes at any of
// the next stride() places lies within its first window() bytes. So it is enough to look at one
// place in stride(): unless the block there is one of the needles', none begins at that place or at
// the stride() - 1 places before it. Unlike with shifts (Wu and Manber), no look depends on what
// another one found, so the processor does many at a time.
//
// Exact in one direction: it never rules out a place where a needle begins. Immutable once built.
// Its tables hold bits by hash of pieces of the needles (Bloom filters), not the needles.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runner_shim/scrub/instructions.h"

namespace runner_shim {

class BlockFilter {
 public:
  // Requires: none of `needles` is empty, AreThere(instructions).
  BlockFilter(std::span<const std::string_view> needles, Instructions instructions);

  // Without needles nothing begins anywhere, and nothing else here may be used.
  bool empty() const { return window_ == 0; }

  std::size_t window() const { return window_; }
  // At most 4, and at most stride().
  std::size_t block() const { return block_; }
  std::size_t stride() const { return window_ - block_ + 1; }
  // How many bytes MayBegin() takes into account: at most kLongestBeginning, and window().
  std::size_t beginning() const { return beginning_; }
  static constexpr std::size_t kLongestBeginning = 8;

  // Adds to `hits` the places of `text` whose block a needle may hold in its first window() bytes:
  // of every stride()-th place; before and behind each of `places`; at each of `places`. Such a
  // block may stick out at the end of `text`, or hold the byte at that place.
  // Requires: text.size() <= 2^16 - 4.
  using Hits = std::vector<std::uint16_t>;
  void LookEverywhere(std::string_view text, Hits& hits) const;
  void LookBeside(std::string_view text, std::span<const std::uint16_t> places, Hits& hits) const;
  void LookAt(std::string_view text, std::span<const std::uint16_t> places, Hits& hits) const;

  // Whether the first `length` bytes of a needle, 1 to beginning(), may be those of `bytes`, which
  // are little-endian; those behind them do not matter.
  bool MayBegin(std::uint64_t bytes, std::size_t length) const {
    const std::uint64_t hash = HashBeginning(bytes, length);
    const std::uint32_t word = beginnings_[hash >> beginnings_shift_];
    return (word >> (hash & 31) & word >> (hash >> 8 & 31) & 1) != 0;
  }

  std::size_t memory_bytes() const {
    return (blocks_.capacity() + second_blocks_.capacity() + beginnings_.capacity()) *
           sizeof(std::uint32_t);
  }

 private:
  struct Table;

  static std::uint64_t HashBeginning(std::uint64_t bytes, std::size_t length) {
    const std::uint64_t kept = bytes << (64 - 8 * length);
    const std::uint64_t mixed = (kept ^ length) * 0xC2B2AE3D27D4EB4F;
    return (mixed ^ mixed >> 32) * 0x9E3779B97F4A7C15;
  }
  void AddNeedle(std::string_view needle);

  Instructions instructions_;
  std::size_t window_ = 0;
  std::size_t block_ = 0;
  std::size_t beginning_ = 0;
  unsigned blocks_shift_ = 0;
  unsigned second_blocks_shift_ = 0;
  unsigned beginnings_shift_ = 0;
  std::vector<std::uint32_t> blocks_;         // a bit a block
  std::vector<std::uint32_t> second_blocks_;  // the same by another hash, for a second opinion
  std::vector<std::uint32_t> beginnings_;     // two bits a beginning
};

}  // namespace runner_shim
