// What comes out of a scrubber: all that is decided, the masks, and the counts.

#include <algorithm>
#include <utility>

#include "runner_shim/scrub/scrubber.h"
#include "runner_shim/scrub/scrubber_walker.h"

namespace runner_shim {
namespace {

constexpr std::string_view kNamePlaceholder = "{name}";

constexpr bool IsLineEnd(unsigned char byte) { return byte == '\n' || byte == '\r'; }

}  // namespace

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

// Before here nothing that is not found for certain may cover anything.
std::uint64_t Scrubber::FirstThatMayBeCovered() const {
  std::uint64_t first = end_;
  for (const OpenRange& range : open_) first = std::min(first, range.match.cover_from);
  for (const auto& generation : generations_) {
    for (std::size_t guess = 0; guess < Reading::kMostGuesses; ++guess) {
      const auto& guessed = generation->escapes.guessed(guess);
      if (!guessed.empty()) first = std::min(first, guessed.front().cover_from);
    }
  }
  return first;
}

std::uint64_t Scrubber::FirstUndecided() {
  const std::uint64_t first = std::max(FirstThatMayBeCovered(), written_);
  if (first == end_) return end_;
  if (sequences_.empty() && !HasFound()) return FirstOpen(first);
  Walker walker(*this, first);
  for (std::uint64_t i = first; i < end_;) {
    if (!IsLineEnd(ByteAt(i)) && walker.IsCovered(i)) {
      i = walker.CoveredUntil(i);
      continue;
    }
    if (!IsLineEnd(ByteAt(i)) && (walker.IsGuessed(i) || IsOpen(i, walker))) return i;
    ++i;
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
  const std::uint64_t open_from = FirstThatMayBeCovered();
  Walker walker(*this, written_);
  while (written_ < end) {
    if (IsLineEnd(ByteAt(written_)) || !walker.IsCovered(written_)) {
      const std::uint64_t next = std::min(walker.UncoveredUntil(written_), end);
      AppendBytes(written_, next, out);
      written_ = next;
      in_run_ = false;
      continue;
    }
    if (!in_run_) {
      const Owner owner = walker.OwnerOf(written_);
      if (mask_has_name && !IsSettled(written_, owner, walker)) return;
      AppendMask(owner, out);
      in_run_ = true;
      if (written_ < open_from) {
        Count(owner);
      } else {
        unsettled_.push_back(written_);
      }
    }
    written_ = FindLineEnd(written_ + 1, std::min(end, walker.CoveredUntil(written_)));
  }
}

// The first line end in [begin, end); `end` if there is none.
std::uint64_t Scrubber::FindLineEnd(std::uint64_t begin, std::uint64_t end) const {
  while (begin < end) {
    const std::string_view bytes = BytesFrom(begin, end);
    const char* const found =
        std::find_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
    begin += static_cast<std::size_t>(found - bytes.data());
    if (found != bytes.data() + bytes.size()) return begin;
  }
  return end;
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
  if (unsettled_.empty()) return;
  Walker walker(*this, unsettled_.front());
  while (!unsettled_.empty()) {
    const std::uint64_t run = unsettled_.front();
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

unsigned char Scrubber::ByteAt(std::uint64_t position) const {
  const char c = position < chunk_from_ ? held_[static_cast<std::size_t>(position - held_from_)]
                                        : chunk_[static_cast<std::size_t>(position - chunk_from_)];
  return static_cast<unsigned char>(c);
}

// As many bytes of [begin, end) as stand beside each other.
std::string_view Scrubber::BytesFrom(std::uint64_t begin, std::uint64_t end) const {
  if (begin < chunk_from_) {
    return std::string_view(held_).substr(
        static_cast<std::size_t>(begin - held_from_),
        static_cast<std::size_t>(std::min(end, chunk_from_) - begin));
  }
  return chunk_.substr(static_cast<std::size_t>(begin - chunk_from_),
                       static_cast<std::size_t>(end - begin));
}

void Scrubber::AppendBytes(std::uint64_t begin, std::uint64_t end, std::string& out) const {
  while (begin < end) {
    const std::string_view bytes = BytesFrom(begin, end);
    out += bytes;
    begin += bytes.size();
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
