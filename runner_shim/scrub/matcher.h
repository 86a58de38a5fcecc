#pragma once
// Matcher: the needles of one reading, ready to be searched for. Immutable: any number of threads
// may use it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "runner_shim/scrub/automaton.h"

namespace runner_shim {

class Matcher {
 public:
  struct Needle {
    std::string_view bytes;
    std::uint32_t order;  // among all needles of all readings: the first one added owns a tie
  };

  // Requires: `needles` are distinct, not empty, and in the order of their `order`; the bytes that
  // they refer to outlive this.
  explicit Matcher(std::vector<Needle> needles);

  const LazyAutomaton& automaton() const { return automaton_; }
  const std::vector<Needle>& needles() const { return needles_; }
  std::uint32_t order(std::uint32_t needle) const { return needles_[needle].order; }

  // A needle that the end of the stream cut off, and how much of it stands there.
  struct CutNeedle {
    std::uint32_t needle;
    std::size_t seen;
  };
  // Fewer bytes than this never count.
  static constexpr std::size_t kShortestCut = 16;
  // Of the needles whose beginning the bytes behind `state` are, one that counts as found: at least
  // kShortestCut bytes and three quarters of it stand there, and it is not a mere repetition with a
  // period of at most 4. The one with most bytes; of several the one added first. Reads every
  // needle.
  std::optional<CutNeedle> FindCutNeedle(Automaton::State state) const;

  // The automaton's, which is built by this, too.
  std::size_t memory_bytes() const;

 private:
  std::optional<std::size_t> SeenOf(std::uint32_t needle,
                                    const std::vector<Automaton::State>& partials) const;

  std::vector<Needle> needles_;
  LazyAutomaton automaton_;
};

}  // namespace runner_shim
