#pragma once
// Aho-Corasick over a set of needles: one state for everything that the bytes so far could be the
// beginning of. Time per byte is bounded on average, whatever the needles and the text are: a step
// back through many states has to be paid for by as many steps forward.
//
// Built once, then immutable: any number of threads may walk it. Its tables spell the needles, so
// they are wiped with it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace runner_shim {

class Automaton {
 public:
  using State = std::uint32_t;
  static constexpr State kRoot = 0;
  static constexpr std::uint32_t kNoNeedle = UINT32_MAX;

  // What is known of the needles that a partial match could still become: bits of open_lengths().
  static constexpr std::uint8_t kAtMost4 = 1;     // one of at most 4 bytes
  static constexpr std::uint8_t kAtMost8 = 2;     // ... 8 bytes
  static constexpr std::uint8_t kAtMost12 = 4;    // ... 12 bytes
  static constexpr std::uint8_t kExactly8 = 8;    // one of 8 bytes
  static constexpr std::uint8_t kFrom8To12 = 16;  // one of 8 to 12 bytes
  static constexpr std::uint8_t kAtLeast8 = 32;   // one of 8 bytes or more

  // Requires: `needles` are distinct and not empty, fewer than 2^31 bytes in all.
  explicit Automaton(std::span<const std::string_view> needles);
  Automaton(Automaton&&) = default;
  Automaton& operator=(Automaton&&) = default;
  Automaton(const Automaton&) = delete;
  Automaton& operator=(const Automaton&) = delete;
  ~Automaton();

  State Next(State state, unsigned char byte) const {
    if (state == kRoot) return root_children_[byte];
    State child = Child(state, byte);
    if (child != kRoot) return child;
    // All the way back at once: a reading that tries an ESC and takes it back, again and again,
    // would not have paid for the way.
    if (!in_needles_[byte]) return kRoot;
    while (true) {
      state = shorter_[state];
      if (state == kRoot) return root_children_[byte];
      child = Child(state, byte);
      if (child != kRoot) return child;
    }
  }

  // The state that one more byte leads to without giving up the start of the match; kRoot if none.
  State Child(State state, unsigned char byte) const {
    const State begin = first_child_[state];
    const State end = first_child_[state + 1];
    if (begin == end) return kRoot;
    if (end - begin == 1) return label_[begin] == byte ? begin : kRoot;  // nearly always
    return ChildAmong(begin, end, byte);
  }

  // How many of the last bytes `state` stands for: the longest beginning of a needle they end with.
  std::size_t depth(State state) const { return depth_[state]; }

  // The longest needle that the bytes behind `state` end with (kNoNeedle if none), and the next
  // shorter one that `needle` itself ends with.
  std::uint32_t match(State state) const {
    const std::uint64_t bits = has_match_[state / 64];
    if ((bits >> (state % 64) & 1) == 0) return kNoNeedle;  // nearly always
    const std::uint64_t before = bits & ((std::uint64_t{1} << (state % 64)) - 1);
    return matches_[matches_before_[state / 64] + CountBits(before)];
  }
  std::uint32_t shorter_match(std::uint32_t needle) const { return shorter_match_[needle]; }
  std::size_t length(std::uint32_t needle) const { return lengths_[needle]; }

  // Partial matches at `state`, longest first: Longest(state), then shorter(...), until kRoot.
  // Every one of them can still become a needle.
  State LongestPartial(State state) const { return IsLeaf(state) ? shorter_[state] : state; }
  State ShorterPartial(State state) const { return shorter_[state]; }
  // Of the needles that `state` is a proper beginning of; the bits above.
  std::uint8_t open_lengths(State state) const { return open_lengths_[state]; }

  std::size_t memory_bytes() const;

 private:
  struct Builder;

  // std::popcount is a call where the compiler may not use the instruction.
  static constexpr std::size_t CountBits(std::uint64_t bits) {
    bits -= bits >> 1 & 0x5555555555555555;
    bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
    return ((bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101 >> 56;
  }

  State ChildAmong(State begin, State end, unsigned char byte) const;
  bool IsLeaf(State state) const { return first_child_[state] == first_child_[state + 1]; }

  // Nodes are numbered breadth first, so the children of one are neighbours, in the order of their
  // labels: first_child_[n] to first_child_[n + 1].
  std::vector<State> first_child_;
  std::vector<std::uint8_t> label_;
  std::vector<State> shorter_;  // the longest proper suffix that is a node with children
  std::vector<std::uint32_t> depth_;
  // Of the few nodes that have a match, by node.
  std::vector<std::uint64_t> has_match_;       // a bit a node
  std::vector<std::uint32_t> matches_before_;  // those of the words before
  std::vector<std::uint32_t> matches_;
  std::vector<std::uint8_t> open_lengths_;
  std::vector<std::uint32_t> lengths_;        // by needle
  std::vector<std::uint32_t> shorter_match_;  // by needle
  std::array<State, 256> root_children_{};
  std::array<bool, 256> in_needles_{};  // the bytes that are
};

// An automaton that is built when somebody needs it: most streams never come near a needle, and
// those that do can wait for it once. Any number of threads may ask.
class LazyAutomaton {
 public:
  // Requires: what `needles` refer to outlives this. For the rest see Automaton.
  explicit LazyAutomaton(std::vector<std::string_view> needles) : needles_(std::move(needles)) {}

  const Automaton& Get() const {
    std::call_once(once_, [this] { automaton_.emplace(needles_); });
    return *automaton_;
  }

 private:
  std::vector<std::string_view> needles_;
  mutable std::once_flag once_;
  mutable std::optional<Automaton> automaton_;
};

}  // namespace runner_shim
