// What goes into a scrubber: the bytes, both readings of them, and new needles.

#include "runner_shim/scrub/scrubber.h"

#include <algorithm>
#include <utility>

#include "injector/base/secret.h"
#include "runner_shim/scrub/scrubber_walker.h"

namespace runner_shim {
namespace {

// Small enough to stay in the processor's cache from one pass to the next.
constexpr std::size_t kSlice = 32 * 1024;
static_assert(kSlice <= SuspectFinder::kMostBytes);

constexpr unsigned char kEscape = 0x1B;
constexpr bool IsLineEnd(unsigned char byte) { return byte == '\n' || byte == '\r'; }

}  // namespace

Scrubber::Scrubber(std::shared_ptr<const NeedleSet> needles)
    : finder_(needles->options().instructions) {
  generations_.push_back(std::make_unique<Generation>(std::move(needles), 0));
}

Scrubber::~Scrubber() { injector::Wipe(held_); }

void Scrubber::Feed(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    const std::string_view slice = bytes.substr(0, kSlice);
    Take(slice, out);
    bytes.remove_prefix(slice.size());
  }
}

// One slice: find what is in it, hand on what is decided, keep the rest.
void Scrubber::Take(std::string_view bytes, std::string& out) {
  chunk_ = bytes;
  chunk_from_ = end_;
  judged_from_ = 0;
  judged_to_ = 0;
  for (const auto& generation : generations_) Mark(*generation);
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (i >= judged_to_ && !pending_ && generations_.size() == 1) Judge(bytes, i);
    if (static_cast<unsigned char>(bytes[i]) == kEscape && !pending_) LetLinesSleep();
    if (IsQuiet()) i = SkipToSuspect(i);
    if (i == bytes.size()) break;
    if (const std::size_t followed = FollowText(bytes, i); followed > i) {
      i = followed;
      continue;
    }
    const bool suspect = IsSuspect(i);
    const EscapeParser::Event event = FeedByte(static_cast<unsigned char>(bytes[i++]));
    if (suspect) {
      for (const auto& generation : generations_) Mark(*generation);
    }
    const bool begun_anew =
        event == EscapeParser::Event::kRestarted || event == EscapeParser::Event::kResumed;
    if (begun_anew && i > judged_to_ && TakeBackSequence()) {
      i = static_cast<std::size_t>(end_ - chunk_from_);
    }
  }
  Emit(out);
  KeepRest();
}

// Takes text from `place` on, up to an ESC, to where nobody has judged, or to where it is quiet, if
// one reading is all that counts. Returns how far it came.
std::size_t Scrubber::FollowText(std::string_view bytes, std::size_t place) {
  Generation& generation = *generations_[0];
  if (generations_.size() > 1 || generation.lines_awake || pending_) return place;
  Reading& reading = generation.escapes;
  const std::span<const Suspect> suspects = finder_.suspects();
  while (place < judged_to_ && IsSuspect(place)) {
    const std::size_t end = std::min(judged_to_, judged_from_ + suspects[next_suspect_].end);
    while (place < end) {
      const std::size_t taken = TakeText(reading, bytes, place);
      if (taken == place) break;
      place = taken;
    }
    generation.escapes_from = reading.visible();
    if (place < end) return place;
  }
  const std::size_t end = next_suspect_ < suspects.size()
                              ? std::min(judged_to_, judged_from_ + suspects[next_suspect_].begin)
                              : judged_to_;
  while (place < end && !reading.IsOpenOnlyFrom(generation.escapes_from)) {
    const std::size_t taken = TakeText(reading, bytes, place);
    if (taken == place) break;
    place = taken;
  }
  return place;
}

// Takes the byte at `place`, or a whole escape sequence in which no needle begins. Returns what is
// behind it, `place` if it is an ESC and that is not known. Requires: only `reading` is awake.
inline std::size_t Scrubber::TakeText(Reading& reading, std::string_view bytes, std::size_t place) {
  const auto byte = static_cast<unsigned char>(bytes[place]);
  if (byte != kEscape) {
    FeedText(reading, byte);
    ++end_;
    return place + 1;
  }
  if (!generations_[0]->needles->without_escapes()) return place;
  const std::size_t end = judged_from_ + finder_.EndOfInnocentSequence(place - judged_from_);
  if (end == place) return place;
  sequences_.push_back({end_, end_ + (end - place)});
  end_ += end - place;
  reading.SkipTo(end_);
  return end;
}

// What has begun up to here has to be followed.
void Scrubber::Mark(Generation& generation) {
  generation.escapes_from = generation.escapes.visible();
  if (!generation.needles->without_escapes()) generation.lines_from = generation.lines.visible();
}

void Scrubber::Judge(std::string_view bytes, std::size_t place) {
  judged_from_ = place;
  judged_to_ = place + finder_.Judge(generations_[0]->needles->filter(), bytes.substr(place));
  next_suspect_ = 0;
}

// Whether nothing is open that began at a suspect place, or where nobody has judged.
bool Scrubber::IsQuiet() const {
  const Generation& generation = *generations_[0];
  return generations_.size() == 1 && !pending_ &&
         generation.escapes.IsOpenOnlyFrom(generation.escapes_from) &&
         (!generation.lines_awake || generation.lines.IsOpenOnlyFrom(generation.lines_from));
}

// Whether a needle may begin at `place` of the slice. Requires: `place` does not decrease.
bool Scrubber::IsSuspect(std::size_t place) {
  if (place >= judged_to_) return true;
  const std::span<const Suspect> suspects = finder_.suspects();
  while (next_suspect_ < suspects.size() && judged_from_ + suspects[next_suspect_].end <= place) {
    ++next_suspect_;
  }
  return next_suspect_ < suspects.size() && judged_from_ + suspects[next_suspect_].begin <= place;
}

// The first suspect place from `place` on, or the end of what has been judged.
std::size_t Scrubber::SkipToSuspect(std::size_t place) {
  if (IsSuspect(place)) return place;
  const std::span<const Suspect> suspects = finder_.suspects();
  const std::size_t next =
      next_suspect_ < suspects.size() ? judged_from_ + suspects[next_suspect_].begin : judged_to_;
  end_ = chunk_from_ + next;
  Generation& generation = *generations_[0];
  generation.escapes.Restart(end_);
  generation.lines.Restart(end_);
  generation.lines_awake = !generation.needles->without_escapes();
  generation.lines_from = 0;
  generation.escapes_from = 0;
  return next;
}

EscapeParser::Event Scrubber::FeedByte(unsigned char byte) {
  if (generations_.size() == 1 && !generations_[0]->lines_awake && !pending_ && byte != kEscape) {
    FeedText(generations_[0]->escapes, byte);  // mostly
    ++end_;
    return EscapeParser::Event::kText;
  }
  const EscapeParser::Event event = parser_.Feed(byte);
  TrackPending(event);
  for (const auto& generation : generations_) {
    FollowEscapes(generation->escapes, byte, event);
    generation->escapes_from = std::min(generation->escapes_from, generation->escapes.visible());
    FeedLines(*generation, byte, event);
  }
  ++end_;
  return event;
}

// The next byte is an ESC. Where no needle holds any, nothing that is open goes on with it.
void Scrubber::LetLinesSleep() {
  for (const auto& generation : generations_) {
    if (!generation->lines_awake || !generation->needles->without_escapes()) continue;
    generation->lines.Sleep();
    generation->lines_awake = false;
  }
}

// Goes back to before the sequence under way, if all of it is in the present slice: what follows
// can then be judged, though sequences may follow each other that refute the one before, endlessly.
bool Scrubber::TakeBackSequence() {
  Generation& generation = *generations_[0];
  if (generations_.size() > 1 || !generation.needles->without_escapes()) return false;
  if (*pending_ < chunk_from_) return false;
  end_ = *pending_;
  generation.escapes.Rollback();
  generation.escapes_from = std::min(generation.escapes_from, generation.escapes.visible());
  LetLinesSleep();
  parser_ = EscapeParser();
  pending_.reset();
  maybe_other_.reset();
  return true;
}

// The next byte is text unless it ends a line.
void Scrubber::FeedText(Reading& reading, unsigned char byte) const {
  if (IsLineEnd(byte)) {
    reading.SkipTo(end_ + 1);
  } else {
    reading.Text(byte);
  }
}

void Scrubber::FeedLines(Generation& generation, unsigned char byte, EscapeParser::Event event) {
  using enum EscapeParser::Event;
  Reading& lines = generation.lines;
  if (!generation.lines_awake) {
    if (event != kStarted) return;
    // No needle holds this byte, so nothing is open behind it.
    lines.Restart(end_ + 1);
    generation.lines_from = 0;
    generation.lines_awake = true;
    return;
  }
  FeedText(lines, byte);
  if (event == kFinished) generation.lines_from = lines.visible();
  const bool may_sleep = generation.needles->without_escapes() && !pending_ &&
                         lines.IsOpenOnlyFrom(generation.lines_from);
  if (!may_sleep) return;
  lines.Sleep();
  generation.lines_awake = false;
}

void Scrubber::TrackPending(EscapeParser::Event event) {
  using enum EscapeParser::Event;
  if (event == kInside || event == kText) return;
  if (event == kMaybeEnd) {
    maybe_other_ = end_;
    return;
  }
  if (event == kFinished) sequences_.push_back({*pending_, end_ + 1});
  if (event == kStarted || event == kRestarted) {
    pending_ = end_;
  } else if (event == kResumed) {
    pending_ = maybe_other_;
  } else {
    pending_.reset();
  }
  maybe_other_.reset();
}

void Scrubber::FollowEscapes(Reading& reading, unsigned char byte, EscapeParser::Event event) {
  using enum EscapeParser::Event;
  if (event == kFinished) {
    reading.Rollback();
    reading.SkipTo(end_ + 1);
    return;
  }
  if (event == kRefuted || event == kRestarted) reading.Commit();
  if (event == kResumed) reading.CommitFirst();
  if (event == kStarted || event == kRestarted || event == kMaybeEnd) reading.Checkpoint();
  FeedText(reading, byte);
}

void Scrubber::Finish(std::string& out) {
  pending_.reset();
  maybe_other_.reset();
  for (const auto& generation : generations_) {
    generation->escapes.Commit();
    Cut(generation->lines, generation->needles->lines());
    Cut(generation->escapes, generation->needles->escapes());
  }
  open_.clear();
  Render(end_, out);
  SettleRuns();
}

// The stream may have ended in the middle of a secret.
void Scrubber::Cut(Reading& reading, const Matcher& matcher) {
  const auto cut = matcher.FindCutNeedle(reading.state());
  if (cut) reading.Close(cut->needle, cut->seen);
}

void Scrubber::Adopt(std::shared_ptr<const NeedleSet> needles, std::string& out) {
  generations_.back()->retire_before = written_;
  generations_.push_back(std::make_unique<Generation>(std::move(needles), written_));
  Replay(*generations_.back());
  Emit(out);
  // Emit() has nothing to do on a stream that is silent, and would leave them there.
  RetireGenerations();
}

// Shows a new generation what is held. Which escape sequences there are is known already.
void Scrubber::Replay(Generation& generation) {
  const auto checkpoint_at = [&](std::uint64_t position) {
    if (pending_ && std::max(*pending_, written_) == position) generation.escapes.Checkpoint();
    if (maybe_other_ && std::max(*maybe_other_, written_) == position) {
      generation.escapes.Checkpoint();
    }
  };
  Walker walker(*this, written_);
  for (std::uint64_t i = written_; i < end_; ++i) {
    checkpoint_at(i);
    const unsigned char byte = ByteAt(i);
    if (IsLineEnd(byte)) {
      generation.lines.SkipTo(i + 1);
    } else {
      generation.lines.Text(byte);
    }
    const bool in_sequence = walker.IsInSequence(i);
    if (in_sequence) generation.lines_from = generation.lines.visible();
    if (in_sequence || IsLineEnd(byte)) {
      generation.escapes.SkipTo(i + 1);
    } else {
      generation.escapes.Text(byte);
    }
  }
  checkpoint_at(end_);
}

bool Scrubber::IsRetired(const Generation& generation) const {
  const std::uint64_t limit = generation.retire_before;
  bool retired = true;
  const auto check = [&](const auto& match) { retired = retired && match.start >= limit; };
  for (const Reading* reading : {&generation.lines, &generation.escapes}) {
    reading->VisitOpen(check);
    for (const Occurrence& found : reading->occurrences()) check(found);
    for (std::size_t guess = 0; guess < Reading::kMostGuesses; ++guess) {
      for (const Occurrence& found : reading->guessed(guess)) check(found);
    }
  }
  return retired;
}

void Scrubber::RetireGenerations() {
  if (generations_.size() == 1) return;
  std::erase_if(generations_, [this](const auto& generation) {
    return generation != generations_.back() && IsRetired(*generation);
  });
}

// What of the chunk is not written joins what is held.
void Scrubber::KeepRest() {
  if (written_ >= chunk_from_) {
    held_.clear();
    held_from_ = written_;
    chunk_.remove_prefix(static_cast<std::size_t>(written_ - chunk_from_));
  }
  held_ += chunk_;
  chunk_ = {};
  chunk_from_ = end_;
  const auto written = static_cast<std::size_t>(written_ - held_from_);
  // Moving what is held costs no more than what has been written since the last time.
  if (written < held_.size() - written) return;
  held_.erase(0, written);
  held_from_ = written_;
}

}  // namespace runner_shim
