#include "runner_shim/scrub/reading.h"

#include <algorithm>
#include <utility>

namespace runner_shim {
namespace {

constexpr std::size_t kShortestBreakable = 8;
constexpr std::uint64_t kMostShown = 3;

// The three-byte rule: so little of a needle before its first break is shown, so that the end of a
// finished line need not be held.
constexpr bool IsShown(std::uint64_t head, std::uint64_t length) {
  return head <= kMostShown && head * 4 < length;
}

// Whether one of the needles that are open could, after a break behind `head` bytes, still cover
// these.
bool SomeCoversHead(std::uint64_t head, std::uint8_t open_lengths) {
  if (head > kMostShown) return true;
  if (head == 3) return (open_lengths & Automaton::kFrom8To12) != 0;
  return head == 2 && (open_lengths & Automaton::kExactly8) != 0;
}

}  // namespace

Reading::Reading(const LazyAutomaton& automaton, std::uint64_t position)
    : source_(&automaton), position_(position) {
  gaps_.push_back({0, position});
}

void Reading::Text(unsigned char byte) {
  if (automaton_ == nullptr) [[unlikely]]
    automaton_ = &source_->Get();
  state_ = automaton_->Next(state_, byte);
  ++visible_;
  ++position_;
  if (automaton_->match(state_) != Automaton::kNoNeedle) Found();
}

void Reading::SkipTo(std::uint64_t position) {
  position_ = position;
  if (state_ == Automaton::kRoot && checkpoints_ == 0) {  // nobody will ask for what was before
    gaps_.clear();
  } else if (visible_ > 0 && position - PositionOf(visible_ - 1) > kMostSkipped + 1) {
    Sleep();
  }
  AddGap({visible_, position});
}

void Reading::AddGap(const Gap& gap) {
  if (!gaps_.empty() && gaps_.back().visible == gap.visible) {
    gaps_.back().position = gap.position;
    return;
  }
  gaps_.push_back(gap);
  if (gaps_.size() == 1) return;
  // What is open began no earlier than here.
  const Hypothesis first = hypothesis(0);
  const std::size_t depth = automaton_ == nullptr ? 0 : automaton_->depth(first.state);
  while (gaps_.size() > 1 && gaps_[1].visible <= first.visible - depth) gaps_.pop_front();
}

void Reading::Restart(std::uint64_t position) {
  state_ = Automaton::kRoot;
  visible_ = 0;
  position_ = position;
  gaps_.clear();
  gaps_.push_back({0, position});
}

void Reading::Checkpoint() { checkpoint_[checkpoints_++] = {state_, visible_, position_, true}; }

void Reading::Rollback() {
  const Hypothesis& back = checkpoint_[0];
  state_ = back.state;
  visible_ = back.visible;
  position_ = back.position;
  while (gaps_.back().visible > visible_) gaps_.pop_back();
  for (auto& guessed : guessed_) guessed.clear();
  checkpoints_ = 0;
}

void Reading::Commit() {
  for (auto& guessed : guessed_) {
    for (const Occurrence& occurrence : guessed) Push(occurrences_, occurrence);
    guessed.clear();
  }
  checkpoints_ = 0;
}

void Reading::CommitFirst() {
  for (const Occurrence& occurrence : guessed_[0]) Push(occurrences_, occurrence);
  guessed_[0].clear();
  std::swap(guessed_[0], guessed_[1]);
  checkpoint_[0] = checkpoint_[1];
  checkpoints_ = 1;
}

bool Reading::MayShowEarly(std::uint64_t position) const {
  const auto covers = [position](const Occurrence& found) {
    return found.cover_from <= position && position < found.full_end;
  };
  for (const auto& guessed : guessed_) {
    if (std::any_of(guessed.begin(), guessed.end(), covers)) return false;
  }
  if (position < gaps_.front().position) return true;  // too long ago to be part of a match
  const std::uint64_t visible = VisibleAt(position);
  for (std::size_t i = 0; i < hypothesis_count(); ++i) {
    if (!MayShowEarly(hypothesis(i), visible)) return false;
  }
  return true;
}

bool Reading::MayShowEarly(const Hypothesis& h, std::uint64_t visible) const {
  constexpr std::array<std::uint8_t, kMostShown> kTooShort = {
      Automaton::kAtMost4, Automaton::kAtMost8, Automaton::kAtMost12};
  if (visible >= h.visible || automaton_ == nullptr) return true;
  Automaton::State state = automaton_->LongestPartial(h.state);
  for (; state != Automaton::kRoot; state = automaton_->ShorterPartial(state)) {
    const Prospect prospect = ProspectOf(h, state);
    if (prospect.start_visible > visible) return true;
    const bool covers = prospect.fate == Fate::kWhole ||
                        (prospect.fate == Fate::kTrimmed && visible >= prospect.break_visible);
    if (!covers) continue;
    const std::uint64_t before = visible - prospect.start_visible;
    if (before >= kMostShown) return false;
    if ((automaton_->open_lengths(state) & kTooShort[before]) != 0) return false;
  }
  return true;
}

void Reading::Forget(std::uint64_t position) {
  while (!occurrences_.empty() && occurrences_.front().end <= position) occurrences_.pop_front();
}

// The last gap at or before visible byte `visible`.
std::size_t Reading::GapBefore(std::uint64_t visible) const {
  if (gaps_.back().visible <= visible) return gaps_.size() - 1;
  const Gap* after =
      std::upper_bound(gaps_.begin(), gaps_.end(), visible,
                       [](std::uint64_t wanted, const Gap& gap) { return wanted < gap.visible; });
  return static_cast<std::size_t>(after - gaps_.begin()) - 1;
}

std::uint64_t Reading::PositionOf(std::uint64_t visible) const {
  const Gap& gap = gaps_[GapBefore(visible)];
  return gap.position + (visible - gap.visible);
}

// Requires: the byte at `position` is visible in the present guess or lies behind it.
std::uint64_t Reading::VisibleAt(std::uint64_t position) const {
  const Gap* after =
      std::upper_bound(gaps_.begin(), gaps_.end(), position,
                       [](std::uint64_t wanted, const Gap& gap) { return wanted < gap.position; });
  const Gap& gap = *(after - 1);
  return gap.visible + (position - gap.position);
}

// The first break before a visible byte in (start, end).
std::optional<Reading::Break> Reading::FirstBreak(std::uint64_t start, std::uint64_t end) const {
  const std::size_t before = GapBefore(start);
  if (before + 1 == gaps_.size()) return std::nullopt;
  const Gap& gap = gaps_[before];
  const Gap& next = gaps_[before + 1];
  if (next.visible >= end) return std::nullopt;
  return Break{next.visible, gap.position + (next.visible - gap.visible)};
}

// Of occurrences that overlap or touch, without a break from the last one's start on, the first one
// owns all: a run begins at the first byte that is covered, or behind a break.
inline bool Reading::ExtendLast(std::size_t length) {
  if (checkpoints_ > 0 || occurrences_.empty() || !IsUnbroken(visible_ - length)) return false;
  Occurrence& last = occurrences_.back();
  const std::uint64_t start = position_ - length;
  if (last.start > start || last.end < start) return false;
  last.end = position_;
  return true;
}

// Of all needles that end here the longest one counts: it covers whatever a shorter one would,
// those under 8 bytes apart, which must not be broken.
void Reading::Found() {
  std::uint32_t needle = automaton_->match(state_);
  for (; needle != Automaton::kNoNeedle; needle = automaton_->shorter_match(needle)) {
    if (ExtendLast(automaton_->length(needle))) return;
    const std::optional<Occurrence> found = Locate(needle, automaton_->length(needle));
    if (!found) continue;
    Push(checkpoints_ > 0 ? guessed_[checkpoints_ - 1] : occurrences_, *found);
    return;
  }
}

// The occurrence of `length` bytes that ends with the last visible byte; none if it is broken and
// must not be.
std::optional<Occurrence> Reading::Locate(std::uint32_t needle, std::size_t length) const {
  const std::uint64_t start = visible_ - length;
  if (IsUnbroken(start)) {  // nearly always
    return Occurrence{position_ - length, position_ - length, position_, position_, needle};
  }
  const std::uint64_t end = PositionOf(visible_ - 1) + 1;
  Occurrence found{PositionOf(start), 0, end, end, needle};
  found.cover_from = found.start;
  if (const std::optional<Break> gap = FirstBreak(start, visible_)) {
    if (automaton_->length(needle) < kShortestBreakable) return std::nullopt;
    const std::uint64_t head = gap->visible - start;
    if (IsShown(head, automaton_->length(needle))) found.cover_from = gap->position;
  }
  return found;
}

void Reading::Close(std::uint32_t needle, std::size_t seen) {
  const std::optional<Occurrence> found = Locate(needle, seen);
  if (!found) return;
  if (!occurrences_.empty()) {
    // A whole needle may end here too: of two in the same place the one added first counts.
    Occurrence& last = occurrences_.back();
    if (last.start == found->start && last.full_end == found->full_end) {
      last.needle = std::min(last.needle, needle);
      return;
    }
  }
  Push(occurrences_, *found);
}

// Of two that cover a byte the one that starts earlier owns it. So of those that start later than
// `occurrence` at most a piece remains, in front of what it covers, and of these pieces the first
// owns all. Ends and beginnings of covers stay in order.
void Reading::Push(SlidingQueue<Occurrence>& queue, const Occurrence& occurrence) {
  std::optional<Occurrence> later;
  while (!queue.empty() && queue.back().start > occurrence.start &&
         queue.back().end > occurrence.cover_from) {
    later = queue.back();
    queue.pop_back();
  }
  const bool is_seen = later && later->cover_from < occurrence.cover_from &&
                       (queue.empty() || queue.back().end < occurrence.cover_from);
  if (is_seen) {
    later->end = occurrence.cover_from;
    queue.push_back(*later);
  }
  queue.push_back(occurrence);
}

Reading::Hypothesis Reading::hypothesis(std::size_t i) const {
  if (i < checkpoints_) return checkpoint_[i];
  return {state_, visible_, position_, false};
}

// What becomes of the partial match `state` if it is completed.
Reading::Prospect Reading::ProspectOf(const Hypothesis& h, Automaton::State state) const {
  const std::uint64_t start = h.visible - automaton_->depth(state);
  const std::uint64_t position = PositionOf(start);
  std::optional<Break> gap = FirstBreak(start, h.visible + 1);
  if (!gap && h.interrupted) gap = Break{h.visible, h.position};
  if (!gap) return {Fate::kWhole, start, position, start};
  const std::uint8_t open_lengths = automaton_->open_lengths(state);
  if ((open_lengths & Automaton::kAtLeast8) == 0) return {Fate::kDead, start, position, start};
  if (SomeCoversHead(gap->visible - start, open_lengths)) {
    return {Fate::kWhole, start, position, start};
  }
  return {Fate::kTrimmed, start, gap->position, gap->visible};
}

}  // namespace runner_shim
