#pragma once
// SuspectFinder: the few places of a text where a needle may begin, in either reading, so that only
// there the automaton has to run. Looks at the text as it is: the bytes that a reading skips cost
// two looks for each run of them, and nothing is copied.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "runner_shim/scrub/block_filter.h"
#include "runner_shim/scrub/special_bytes.h"

namespace runner_shim {

// A needle may begin in [begin, end), wherever in there.
struct Suspect {
  std::size_t begin;
  std::size_t end;
};

class SuspectFinder {
 public:
  static constexpr std::size_t kMostBytes = SpecialBytes::kMostBytes;

  // Requires: AreThere(instructions).
  explicit SuspectFinder(Instructions instructions) : special_(instructions) {}

  // Judges `text` up to an escape sequence that it does not finish, and returns how much that is.
  // A needle that begins there does so in one of suspects(): none of them begins within a finished
  // escape sequence. Bytes before `text` are as nothing: what began there is somebody else's.
  // Requires: text.size() <= kMostBytes, no escape sequence is under way.
  std::size_t Judge(const BlockFilter& filter, std::string_view text);

  // Ascending and apart; until Judge() is called again.
  std::span<const Suspect> suspects() const { return suspects_; }

  // Behind the finished escape sequence that begins at `place`, an ESC, if no needle begins within
  // it; else `place`. Requires: no needle holds an ESC; `place` does not decrease from call to
  // call.
  std::size_t EndOfInnocentSequence(std::size_t place);

 private:
  struct Sequence {
    std::size_t begin;
    std::size_t end;
  };
  class Segments;

  std::uint64_t BeginningAt(std::size_t place) const;
  bool FindSequences();
  bool MayHaveShortLines() const;
  bool HasShortLines() const;
  void FollowSegments();
  void JudgeHits();
  void JudgeAcross(std::size_t place);
  void JudgeEnd();
  struct Visible;
  void JudgeBeginnings(const Visible& visible);
  enum class Skip { kLineEnds, kSequencesToo };
  Visible Gather(Skip skip, std::size_t from, std::size_t to, std::size_t most) const;
  std::size_t GoBack(Skip skip, std::size_t place, std::size_t visible) const;
  bool TouchesSequence(std::size_t begin, std::size_t end) const;
  void Suspicious(std::size_t begin, std::size_t end);
  void SortSuspects();

  const BlockFilter* filter_ = nullptr;
  std::string_view text_;
  SpecialBytes special_;
  std::vector<Sequence> sequences_;
  std::vector<std::uint16_t> sequence_ends_;
  std::size_t next_sequence_ = 0;  // for EndOfInnocentSequence()
  BlockFilter::Hits hits_;         // places of blocks that a needle may hold
  std::vector<Suspect> suspects_;
};

}  // namespace runner_shim
