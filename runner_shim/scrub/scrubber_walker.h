#pragma once
// For the scrubber alone: what of the stream is covered, and by what.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "runner_shim/scrub/scrubber.h"

namespace runner_shim {

// Walks the stream forwards and tells what is covered. At most one at a time.
class Scrubber::Walker {
 public:
  Walker(Scrubber& scrubber, std::uint64_t position)
      : scrubber_(scrubber), next_sequence_(FirstEndingAfter(scrubber.sequences_, position)) {
    scrubber.tracks_.clear();
    for (const auto& generation : scrubber.generations_) {
      const NeedleSet& set = *generation->needles;
      AddTrack(generation->lines.occurrences(), set.lines(), Kind::kLines, position);
      AddTrack(generation->escapes.occurrences(), set.escapes(), Kind::kEscapes, position);
      for (std::size_t guess = 0; guess < Reading::kMostGuesses; ++guess) {
        const auto& guessed = generation->escapes.guessed(guess);
        if (!guessed.empty()) AddTrack(guessed, set.escapes(), Kind::kGuess, position);
      }
    }
  }

  // In all calls: positions do not decrease from one to the next.

  // Whether the byte at `position` is part of a finished escape sequence.
  bool IsInSequence(std::uint64_t position) {
    const auto& sequences = scrubber_.sequences_;
    while (next_sequence_ < sequences.size() && sequences[next_sequence_].end <= position) {
      ++next_sequence_;
    }
    return next_sequence_ < sequences.size() && sequences[next_sequence_].begin <= position;
  }

  // Whether the byte at `position`, no line end, is covered whatever follows.
  bool IsCovered(std::uint64_t position) {
    for (Track& track : scrubber_.tracks_) {
      if (track.kind != Kind::kGuess && Covers(track, position)) return true;
    }
    return false;
  }

  // Up to where all but line ends is covered. Requires: the byte at `position` is.
  std::uint64_t CoveredUntil(std::uint64_t position) {
    std::uint64_t until = position + 1;
    for (Track& track : scrubber_.tracks_) {
      if (track.kind == Kind::kGuess || !Covers(track, position)) continue;
      const std::uint64_t end = (*track.found)[track.next].end;
      const bool all = track.kind == Kind::kLines;
      until = std::max(until, all ? end : std::min(end, NextSequence(position)));
    }
    return until;
  }

  // Whether it is covered if what is not known to be an escape sequence is none.
  bool IsGuessed(std::uint64_t position) {
    for (Track& track : scrubber_.tracks_) {
      if (track.kind == Kind::kGuess && Covers(track, position)) return true;
    }
    return false;
  }

  // Up to where nothing is covered. Requires: the byte at `position` is not.
  std::uint64_t UncoveredUntil(std::uint64_t position) {
    std::uint64_t until = UINT64_MAX;
    for (Track& track : scrubber_.tracks_) {
      if (track.kind == Kind::kGuess || !Advance(track, position)) continue;
      const std::uint64_t cover = (*track.found)[track.next].cover_from;
      if (cover > position) {
        until = std::min(until, cover);
      } else if (track.kind == Kind::kEscapes && IsInSequence(position)) {
        until = std::min(until, scrubber_.sequences_[next_sequence_].end);
      } else {
        until = position + 1;
      }
    }
    return until;
  }

  // Of all that covers `position`, what counts there: the earliest start, then the earliest end,
  // then the needle added first. With `guesses`, of what may cover it too.
  Owner OwnerOf(std::uint64_t position) { return Best(position, false); }
  Owner GuessedOwnerOf(std::uint64_t position) { return Best(position, true); }

 private:
  template <typename Item>
  static std::size_t FirstEndingAfter(const SlidingQueue<Item>& items, std::uint64_t position) {
    const Item* first = std::partition_point(
        items.begin(), items.end(), [position](const Item& item) { return item.end <= position; });
    return static_cast<std::size_t>(first - items.begin());
  }

  // Where the next finished escape sequence begins. Requires: `position` is in none.
  std::uint64_t NextSequence(std::uint64_t position) {
    (void)IsInSequence(position);
    const auto& sequences = scrubber_.sequences_;
    return next_sequence_ < sequences.size() ? sequences[next_sequence_].begin : UINT64_MAX;
  }

  void AddTrack(const SlidingQueue<Occurrence>& found, const Matcher& matcher, Kind kind,
                std::uint64_t position) {
    scrubber_.tracks_.push_back({&found, &matcher, kind, FirstEndingAfter(found, position)});
  }

  // To the first occurrence that ends behind `position`; false if there is none.
  static bool Advance(Track& track, std::uint64_t position) {
    while (track.next < track.found->size() && (*track.found)[track.next].end <= position) {
      ++track.next;
    }
    return track.next < track.found->size();
  }

  bool Covers(Track& track, std::uint64_t position) {
    if (!Advance(track, position) || (*track.found)[track.next].cover_from > position) return false;
    return track.kind == Kind::kLines || !IsInSequence(position);
  }

  Owner Best(std::uint64_t position, bool with_guesses) {
    Owner best{UINT64_MAX, UINT64_MAX, UINT32_MAX};
    for (Track& track : scrubber_.tracks_) {
      if ((track.kind == Kind::kGuess && !with_guesses) || !Covers(track, position)) continue;
      const Occurrence& found = (*track.found)[track.next];
      best = std::min(best, {found.start, found.full_end, track.matcher->order(found.needle)});
    }
    return best;
  }

  Scrubber& scrubber_;
  std::size_t next_sequence_;
};

}  // namespace runner_shim
