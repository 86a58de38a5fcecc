#pragma once
// BlockFilter: most places of a text cannot be the beginning of any needle, and this finds the few
// that can, mostly without looking at them. After Wu and Manber (A fast algorithm for multi-pattern
// searching, 1994): the last 4 bytes of a window tell how far the window may move.
//
// Exact in one direction: it never leaves out the beginning of a needle. Immutable once built. Its
// tables hold hashes of pieces of the needles, not the needles.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace runner_shim {

class BlockFilter {
 public:
  // Walked side by side, so that the processor waits for their table entries at the same time.
  static constexpr std::size_t kCursors = 6;

  // Room for one search at a time; kept by the caller, so that it is allocated once.
  struct Workspace {
    std::array<std::vector<std::uint32_t>, kCursors> by_cursor;
    std::vector<std::uint32_t> places;
  };

  // Requires: each of `needles` holds at least a byte.
  explicit BlockFilter(std::span<const std::string_view> needles);

  // False if there is no needle, or one is too short for blocks: then every place is a candidate.
  bool usable() const { return window_ != 0; }

  // What begins in the last so many bytes of a text it does not know.
  static constexpr std::size_t kUnjudged = 3;

  // The places of `text`, ascending, the last kUnjudged bytes apart, that could be the beginning of
  // a needle; valid until `workspace` is used again. Requires: usable(), text.size() < 2^32.
  std::span<const std::uint32_t> FindCandidates(std::string_view text, Workspace& workspace) const;

  // Whether a needle may begin with the kUnjudged + 1 bytes at `place`. Requires: usable().
  bool MayBegin(const char* place) const {
    const std::uint32_t hash = Hash(place);
    return (beginnings_[hash / 64] >> (hash % 64) & 1) != 0;
  }

  std::size_t memory_bytes() const { return shifts_.capacity() + beginnings_.capacity() * 8; }

 private:
  static constexpr std::size_t kBlock = kUnjudged + 1;

  struct Cursor {
    std::size_t place;
    std::size_t end;
  };

  void AddNeedle(std::string_view needle);
  std::uint32_t Hash(const char* block) const {
    std::uint32_t bytes;
    std::memcpy(&bytes, block, sizeof(bytes));
    return (bytes * 0x9E3779B1U) >> hash_shift_;  // Fibonacci hashing
  }
  std::size_t Shift(const char* window) const;
  void JudgeTail(std::string_view text, std::vector<std::uint32_t>& places) const;
  void Walk(const char* text, Cursor cursor, std::vector<std::uint32_t>& places) const;
  void WalkTogether(const char* text, std::array<Cursor, kCursors>& cursors,
                    std::array<std::vector<std::uint32_t>, kCursors>& places) const;

  std::size_t window_ = 0;
  unsigned hash_shift_ = 0;
  std::vector<std::uint8_t> shifts_;       // by hash of the window's last block: how far to move
  std::vector<std::uint64_t> beginnings_;  // a bit by hash of a needle's first block
};

}  // namespace runner_shim
