#include "runner_shim/scrub/scrubber.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "injector/base/secret.h"

namespace runner_shim {
namespace {

constexpr std::string_view kNamePlaceholder = "{name}";

// Small enough to stay in the processor's cache from one pass to the next.
constexpr std::size_t kSlice = 32 * 1024;
static_assert(kSlice <= SuspectFinder::kMostBytes);

constexpr unsigned char kEscape = 0x1B;
constexpr bool IsLineEnd(unsigned char byte) { return byte == '\n' || byte == '\r'; }

}  // namespace

// At most one at a time.
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

  // Whether it is covered if what is not known to be an escape sequence is none.
  bool IsGuessed(std::uint64_t position) {
    for (Track& track : scrubber_.tracks_) {
      if (track.kind == Kind::kGuess && Covers(track, position)) return true;
    }
    return false;
  }

  // Nothing is covered from `position` up to here, if that is behind it.
  std::uint64_t NextCover(std::uint64_t position) {
    std::uint64_t next = UINT64_MAX;
    for (Track& track : scrubber_.tracks_) {
      if (track.kind != Kind::kGuess && Advance(track, position)) {
        next = std::min(next, (*track.found)[track.next].cover_from);
      }
    }
    return next;
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

Scrubber::Scrubber(std::shared_ptr<const NeedleSet> needles) {
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
    if (IsQuiet()) i = SkipToSuspect(i);
    if (i == bytes.size()) break;
    const bool suspect = IsSuspect(i);
    FeedByte(static_cast<unsigned char>(bytes[i++]));
    if (suspect) {
      for (const auto& generation : generations_) Mark(*generation);
    }
  }
  Emit(out);
  KeepRest();
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

void Scrubber::FeedByte(unsigned char byte) {
  if (generations_.size() == 1 && !generations_[0]->lines_awake && !pending_ && byte != kEscape) {
    FeedText(generations_[0]->escapes, byte);  // mostly
    ++end_;
    return;
  }
  const EscapeParser::Event event = parser_.Feed(byte);
  TrackPending(event);
  for (const auto& generation : generations_) {
    FollowEscapes(generation->escapes, byte, event);
    generation->escapes_from = std::min(generation->escapes_from, generation->escapes.visible());
    FeedLines(*generation, byte, event);
  }
  ++end_;
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

void Scrubber::ShowIdle(std::string& out) {
  Walker walker(*this, written_);
  std::uint64_t shown = written_;
  while (shown < end_ &&
         (IsLineEnd(ByteAt(shown)) || (!walker.IsCovered(shown) && MayShowEarly(shown, walker)))) {
    ++shown;
  }
  if (shown > written_) {
    AppendBytes(written_, shown, out);
    written_ = shown;
    in_run_ = false;
  }
  Emit(out);
}

bool Scrubber::MayShowEarly(std::uint64_t position, Walker& walker) const {
  const bool in_sequence = walker.IsInSequence(position);
  for (const auto& generation : generations_) {
    if (!generation->lines.MayShowEarly(position)) return false;
    if (!in_sequence && !generation->escapes.MayShowEarly(position)) return false;
  }
  return true;
}

void Scrubber::Adopt(std::shared_ptr<const NeedleSet> needles, std::string& out) {
  generations_.back()->retire_before = written_;
  generations_.push_back(std::make_unique<Generation>(std::move(needles), written_));
  Replay(*generations_.back());
  Emit(out);
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

void Scrubber::CollectOpen() {
  open_.clear();
  for (const auto& generation : generations_) {
    generation->lines.VisitOpen([this](const OpenMatch& match) {
      open_.push_back({match, Kind::kLines});
    });
    generation->escapes.VisitOpen([this](const OpenMatch& match) {
      open_.push_back({match, Kind::kEscapes});
    });
  }
}

void Scrubber::Emit(std::string& out) {
  CollectOpen();
  const std::uint64_t undecided = FirstUndecided();
  if (!HasFound()) {  // nearly always
    if (undecided == written_) return;
    AppendBytes(written_, undecided, out);
    written_ = undecided;
    in_run_ = false;
  } else {
    Render(undecided, out);
    SettleRuns();
  }
  Forget();
  RetireGenerations();
}

bool Scrubber::HasFound() const {
  const auto has_found = [](const auto& generation) {
    return !generation->lines.occurrences().empty() || !generation->escapes.occurrences().empty() ||
           !generation->escapes.guessed(0).empty() || !generation->escapes.guessed(1).empty();
  };
  return std::any_of(generations_.begin(), generations_.end(), has_found);
}

std::uint64_t Scrubber::FirstUndecided() {
  std::uint64_t first = end_;
  for (const OpenRange& range : open_) first = std::min(first, range.match.cover_from);
  for (const auto& generation : generations_) {
    for (std::size_t guess = 0; guess < Reading::kMostGuesses; ++guess) {
      const auto& guessed = generation->escapes.guessed(guess);
      if (!guessed.empty()) first = std::min(first, guessed.front().cover_from);
    }
  }
  first = std::max(first, written_);
  if (first == end_) return end_;
  if (sequences_.empty() && !HasFound()) return FirstOpen(first);
  Walker walker(*this, first);
  for (std::uint64_t i = first; i < end_; ++i) {
    if (IsLineEnd(ByteAt(i)) || walker.IsCovered(i)) continue;
    if (walker.IsGuessed(i) || IsOpen(i, walker)) return i;
  }
  return end_;
}

// FirstUndecided() from `first` on where nothing has been found and no escape sequence counts.
std::uint64_t Scrubber::FirstOpen(std::uint64_t first) const {
  const auto is_open = [&](std::uint64_t position) {
    return std::any_of(open_.begin(), open_.end(), [position](const OpenRange& range) {
      return range.match.cover_from <= position && position < range.match.end;
    });
  };
  while (first < end_ && (IsLineEnd(ByteAt(first)) || !is_open(first))) ++first;
  return first;
}

// Whether a needle that is not complete yet may cover the byte at `position`.
bool Scrubber::IsOpen(std::uint64_t position, Walker& walker) const {
  for (const OpenRange& range : open_) {
    if (range.match.cover_from > position || range.match.end <= position) continue;
    if (range.kind == Kind::kLines || !walker.IsInSequence(position)) return true;
  }
  return false;
}

void Scrubber::Render(std::uint64_t end, std::string& out) {
  const bool mask_has_name = needles().options().mask.find(kNamePlaceholder) != std::string::npos;
  Walker walker(*this, written_);
  while (written_ < end) {
    if (IsLineEnd(ByteAt(written_)) || !walker.IsCovered(written_)) {
      const std::uint64_t next = std::clamp(walker.NextCover(written_), written_ + 1, end);
      AppendBytes(written_, next, out);
      written_ = next;
      in_run_ = false;
      continue;
    }
    if (!in_run_) {
      const Owner owner = walker.OwnerOf(written_);
      if (mask_has_name && !IsSettled(written_, owner, walker)) return;
      AppendMask(owner, out);
      unsettled_.push_back(written_);
      in_run_ = true;
    }
    ++written_;
  }
}

// Whether nothing that is open could come before `owner` in owning the byte at `run`.
bool Scrubber::IsSettled(std::uint64_t run, const Owner& owner, Walker& walker) const {
  for (const OpenRange& range : open_) {
    const OpenMatch& match = range.match;
    // Should the stream end here, a needle cut short would stand in the owner's very place.
    const bool ties = match.start == owner.start && match.seen_end == owner.end &&
                      match.seen >= Matcher::kShortestCut;
    if ((match.start < owner.start || ties) && match.cover_from <= run && run < match.end &&
        (range.kind == Kind::kLines || !walker.IsInSequence(run))) {
      return false;
    }
  }
  return !(walker.GuessedOwnerOf(run) < owner);
}

void Scrubber::AppendMask(const Owner& owner, std::string& out) const {
  std::string_view mask = needles().options().mask;
  while (true) {
    const std::size_t at = mask.find(kNamePlaceholder);
    out += mask.substr(0, at);
    if (at == mask.npos) return;
    out += needles().name(needles().secret_of(owner.order));
    mask.remove_prefix(at + kNamePlaceholder.size());
  }
}

void Scrubber::SettleRuns() {
  while (!unsettled_.empty()) {
    const std::uint64_t run = unsettled_.front();
    Walker walker(*this, run);
    const Owner owner = walker.OwnerOf(run);
    if (!IsSettled(run, owner, walker)) return;
    Count(owner);
    unsettled_.pop_front();
  }
}

void Scrubber::Count(const Owner& owner) {
  const Tally tally{needles().secret_of(owner.order), needles().form_of(owner.order), 1};
  const auto key = [](const Tally& t) { return std::pair(t.secret, t.form); };
  auto at = std::lower_bound(counts_.begin(), counts_.end(), tally,
                             [&](const Tally& a, const Tally& b) { return key(a) < key(b); });
  if (at != counts_.end() && key(*at) == key(tally)) {
    ++at->runs;
  } else {
    counts_.insert(at, tally);
  }
}

// Drops what neither the output nor the counts need any more.
void Scrubber::Forget() {
  const std::uint64_t needed =
      unsettled_.empty() ? written_ : std::min(written_, unsettled_.front());
  for (const auto& generation : generations_) {
    generation->lines.Forget(needed);
    generation->escapes.Forget(needed);
  }
  while (!sequences_.empty() && sequences_.front().end <= needed) sequences_.pop_front();
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

unsigned char Scrubber::ByteAt(std::uint64_t position) const {
  const char c = position < chunk_from_ ? held_[static_cast<std::size_t>(position - held_from_)]
                                        : chunk_[static_cast<std::size_t>(position - chunk_from_)];
  return static_cast<unsigned char>(c);
}

void Scrubber::AppendBytes(std::uint64_t begin, std::uint64_t end, std::string& out) const {
  const std::uint64_t in_held = std::min(end, chunk_from_);
  if (begin < in_held) {
    out.append(held_, static_cast<std::size_t>(begin - held_from_),
               static_cast<std::size_t>(in_held - begin));
    begin = in_held;
  }
  if (begin < end) {
    out += chunk_.substr(static_cast<std::size_t>(begin - chunk_from_),
                         static_cast<std::size_t>(end - begin));
  }
}

std::vector<ScrubCount> Scrubber::Counts() const {
  std::vector<ScrubCount> counts;
  for (const Tally& tally : counts_) {
    counts.push_back({needles().name(tally.secret), tally.form, tally.runs});
  }
  return counts;
}

}  // namespace runner_shim
