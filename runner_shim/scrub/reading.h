#pragma once
// One reading of a stream: its visible bytes, matched against one set of needles, and the places
// where bytes that do not count (line ends, escape sequences) interrupt them.
//
// Positions are offsets of the stream. "Visible" counts bytes of this reading alone. A reading may
// be told that what follows is a guess (Checkpoint): an escape sequence that is not finished is
// text until the contrary is known, and then everything since goes back.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "runner_shim/scrub/automaton.h"
#include "runner_shim/scrub/sliding_queue.h"

namespace runner_shim {

// A needle found. Covers the visible bytes of [cover_from, end).
struct Occurrence {
  std::uint64_t start;       // its first byte
  std::uint64_t cover_from;  // later than start where a break comes after the first few bytes
  // Before full_end: from there on an earlier occurrence covers. Behind it: up to here others
  // cover, which overlap or touch, without a break.
  std::uint64_t end;
  std::uint64_t full_end;
  std::uint32_t needle;
};

// A needle that may yet be found, if the right bytes follow.
struct OpenMatch {
  std::uint64_t start;
  std::uint64_t cover_from;
  std::uint64_t end;       // the bytes of this reading before here are part of it
  std::uint64_t seen_end;  // behind the last byte that is
  std::size_t seen;        // how many bytes of it are there
};

class Reading {
 public:
  static constexpr std::size_t kMostGuesses = 2;
  // Where more bytes than this are skipped in a row nothing goes on behind them: what is held is
  // bounded by the needles.
  static constexpr std::size_t kMostSkipped = 8192;

  // Requires: `automaton` outlives this. The reading begins at `position`.
  Reading(const LazyAutomaton& automaton, std::uint64_t position);

  // The next byte of the stream is visible.
  void Text(unsigned char byte);
  // The bytes up to `position` are not.
  void SkipTo(std::uint64_t position);

  // Begins anew at `position`, with nothing open; what was found stays.
  void Restart(std::uint64_t position);
  // Nothing is open.
  void Sleep() { state_ = Automaton::kRoot; }
  // Whether everything that is open began at or after visible byte `visible`.
  bool IsOpenOnlyFrom(std::uint64_t visible) const {
    return state_ == Automaton::kRoot || automaton_->depth(state_) <= visible_ - visible;
  }
  // The number of visible bytes so far.
  std::uint64_t visible() const { return visible_; }

  // What follows is a guess. At most two guesses can be open.
  void Checkpoint();
  // The first guess was wrong: all since the first checkpoint is undone.
  void Rollback();
  // The guesses were right.
  void Commit();
  // The first guess was right, the second one remains.
  void CommitFirst();

  // Every place from which on needles may yet cover, whatever the guesses turn out to be; of
  // several that lie within each other the widest. Bounded, however many needles are half matched.
  template <typename Visitor>
  void VisitOpen(Visitor visit) const;

  // Whether the byte at `position`, which is visible and held, may be shown to somebody who waits:
  // it is one of the first three, and in the first quarter, of every needle that may yet cover it.
  bool MayShowEarly(std::uint64_t position) const;

  // What the bytes so far could be the beginning of, guesses taken for right.
  Automaton::State state() const { return state_; }
  // The stream has ended within `needle`, `seen` bytes of which are its last visible ones: they
  // count as an occurrence. Requires: no guess is open.
  void Close(std::uint32_t needle, std::size_t seen);

  // Found, in the order of their ends; none begins to cover before one that stands before it.
  const SlidingQueue<Occurrence>& occurrences() const { return occurrences_; }
  // The same, of what is found if the first guess is right, and if the second one is too.
  const SlidingQueue<Occurrence>& guessed(std::size_t guess) const { return guessed_[guess]; }
  // Forgets occurrences that end at or before `position`.
  void Forget(std::uint64_t position);

 private:
  struct Hypothesis {
    Automaton::State state;
    std::uint64_t visible;
    std::uint64_t position;
    bool interrupted;  // whatever goes on after here does so after a break
  };
  // From visible byte `visible` on, the stream position is `position` plus the distance.
  struct Gap {
    std::uint64_t visible;
    std::uint64_t position;
  };
  struct Break {
    std::uint64_t visible;   // the first visible byte after it
    std::uint64_t position;  // the first byte that is not visible
  };
  enum class Fate { kDead, kTrimmed, kWhole };
  struct Prospect {
    Fate fate;
    std::uint64_t start_visible;
    std::uint64_t cover_from;
    std::uint64_t break_visible;
  };

  void AddGap(const Gap& gap);
  std::size_t GapBefore(std::uint64_t visible) const;
  std::uint64_t PositionOf(std::uint64_t visible) const;
  std::uint64_t VisibleAt(std::uint64_t position) const;
  std::optional<Break> FirstBreak(std::uint64_t start, std::uint64_t end) const;
  void Found();
  bool ExtendLast(std::size_t length);
  bool IsUnbroken(std::uint64_t start) const { return gaps_.back().visible <= start; }
  std::optional<Occurrence> Locate(std::uint32_t needle, std::size_t length) const;
  static void Push(SlidingQueue<Occurrence>& queue, const Occurrence& occurrence);
  Prospect ProspectOf(const Hypothesis& hypothesis, Automaton::State state) const;
  bool MayShowEarly(const Hypothesis& hypothesis, std::uint64_t visible) const;
  std::size_t hypothesis_count() const { return checkpoints_ + 1; }
  Hypothesis hypothesis(std::size_t i) const;

  const LazyAutomaton* source_;
  const Automaton* automaton_ = nullptr;  // until the first byte of text: nothing is open
  Automaton::State state_ = Automaton::kRoot;
  std::uint64_t visible_ = 0;
  std::uint64_t position_;
  SlidingQueue<Gap> gaps_;
  std::array<Hypothesis, kMostGuesses> checkpoint_{};
  std::size_t checkpoints_ = 0;
  SlidingQueue<Occurrence> occurrences_;
  std::array<SlidingQueue<Occurrence>, kMostGuesses> guessed_;
};

template <typename Visitor>
void Reading::VisitOpen(Visitor visit) const {
  if (automaton_ == nullptr) return;
  for (std::size_t i = 0; i < hypothesis_count(); ++i) {
    const Hypothesis h = hypothesis(i);
    std::uint64_t limit = UINT64_MAX;
    Automaton::State state = automaton_->LongestPartial(h.state);
    for (; state != Automaton::kRoot; state = automaton_->ShorterPartial(state)) {
      const Prospect prospect = ProspectOf(h, state);
      // Behind the break of a longer one everything is covered by that one.
      if (prospect.start_visible >= limit) break;
      if (prospect.fate == Fate::kDead) continue;
      visit(OpenMatch{PositionOf(prospect.start_visible), prospect.cover_from, h.position,
                      PositionOf(h.visible - 1) + 1, automaton_->depth(state)});
      if (prospect.fate == Fate::kWhole) break;
      limit = prospect.break_visible;
    }
  }
}

}  // namespace runner_shim
