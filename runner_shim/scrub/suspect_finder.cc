#include "runner_shim/scrub/suspect_finder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "runner_shim/scrub/escape.h"

namespace runner_shim {
namespace {

constexpr bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

constexpr std::uint64_t kOnes = 0x0101010101010101;

// Mycroft's test: exact as to whether there is one.
constexpr bool HoldsZero(std::uint64_t bytes) {
  return ((bytes - kOnes) & ~bytes & (kOnes * 0x80)) != 0;
}
constexpr bool HoldsLineEnd(std::uint64_t bytes) {
  return HoldsZero(bytes ^ kOnes * '\n') || HoldsZero(bytes ^ kOnes * '\r');
}

// More bytes than a hit makes us look at: a window, and a beginning.
constexpr std::size_t kRoom = 64;
// Where more than one look in so many finds something, to ask again costs more than to follow all.
constexpr std::size_t kMostHits = 4;

}  // namespace

// Visible bytes beside each other that do not stand so in the text.
struct SuspectFinder::Visible {
  std::uint64_t BeginningAt(std::size_t i) const {
    std::uint64_t beginning;
    std::memcpy(&beginning, bytes.data() + i, sizeof(beginning));
    return beginning;
  }

  std::size_t count = 0;
  std::size_t end = 0;  // where in the text the gathering stopped
  std::array<char, kRoom> bytes{};
  std::array<std::uint16_t, kRoom> places;
};

// The runs of bytes between those that a reading skips. A needle may begin in one and go on in the
// next. The filter's rule, a look at one place in stride() at least, holds if the first and the
// last block of each segment is looked at, unless too many are too short to hold a block.
class SuspectFinder::Segments {
 public:
  explicit Segments(SuspectFinder& finder)
      : finder_(finder),
        block_(finder.filter_->block()),
        allowed_(finder.filter_->stride() - block_) {}

  // The bytes of [begin, end) are skipped.
  void Skip(std::size_t begin, std::size_t end) {
    EndAt(begin);
    segment_ = end;
  }

  void Finish(std::size_t end) {
    EndAt(end);
    if (unseen_ > allowed_) finder_.Suspicious(last_look_, end);
  }

 private:
  void EndAt(std::size_t end) {
    if (end - segment_ < block_) {
      unseen_ += end - segment_;
      return;
    }
    if (unseen_ > allowed_) finder_.Suspicious(last_look_, segment_ + 1);
    unseen_ = 0;
    last_look_ = end - block_;
  }

  SuspectFinder& finder_;
  const std::size_t block_;
  const std::size_t allowed_;  // so many bytes may stand between two segments that hold a block
  std::size_t unseen_ = 0;     // and so many do
  std::size_t segment_ = 0;    // where the present one begins
  std::size_t last_look_ = 0;
};

std::size_t SuspectFinder::Judge(const BlockFilter& filter, std::string_view text) {
  filter_ = &filter;
  text_ = text;
  sequences_.clear();
  sequence_ends_.clear();
  next_sequence_ = 0;
  hits_.clear();
  suspects_.clear();
  special_.Find(text);
  const bool all_long = FindSequences();
  if (filter.empty()) return text_.size();
  filter.LookBeside(text, special_.places(), hits_);
  filter.LookAt(text_, sequence_ends_, hits_);
  if (!all_long || (MayHaveShortLines() && HasShortLines())) FollowSegments();
  filter.LookEverywhere(text_, hits_);
  if (hits_.size() * filter.stride() > text_.size() / kMostHits + kRoom) {
    suspects_.assign(1, {0, text_.size()});
    return text_.size();
  }
  JudgeHits();
  JudgeEnd();
  SortSuspects();
  return text_.size();
}

inline std::uint64_t SuspectFinder::BeginningAt(std::size_t place) const {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text_.data() + place, std::min(sizeof(bytes), text_.size() - place));
  return bytes;
}

std::size_t SuspectFinder::EndOfInnocentSequence(std::size_t place) {
  while (next_sequence_ < sequences_.size() && sequences_[next_sequence_].begin < place) {
    ++next_sequence_;
  }
  if (next_sequence_ == sequences_.size() || sequences_[next_sequence_].begin != place)
    return place;
  const std::size_t end = sequences_[next_sequence_].end;
  const std::size_t beginning = filter_->beginning();
  if (end + sizeof(std::uint64_t) > text_.size()) return place;
  for (std::size_t i = place + 1; i < end; ++i) {
    const std::uint64_t bytes = BeginningAt(i);
    if (HoldsLineEnd(bytes) || filter_->MayBegin(bytes, beginning)) return place;
  }
  return end;
}

// False if there cannot be so many.
bool SuspectFinder::MayHaveShortLines() const {
  const std::span<const std::uint16_t> places = special_.places();
  const std::size_t block = filter_->block();
  if (block == 1) return false;
  // So many lines beside each other would have to be short.
  const std::size_t lines = (filter_->stride() - block) / (block - 1) + 1;
  if (places.size() < lines) return false;
  bool may = places[lines - 1] < lines * block;
  for (std::size_t i = 0; i + lines < places.size(); ++i) {
    may |= std::size_t{places[i + lines]} - places[i] <= lines * block;
  }
  return may;
}

// Whether there may be so many lines too short to hold a block that looks beside them are too few.
// An ESC ends a line here, but counts: in one reading it is text, and may be all that a line holds.
bool SuspectFinder::HasShortLines() const {
  const std::size_t block = filter_->block();
  std::size_t begin = 0;
  std::size_t unseen = 0;
  std::size_t most = 0;
  for (const std::size_t place : special_.places()) {
    if (place >= text_.size()) break;
    unseen = place - begin < block ? unseen + (place - begin) : 0;
    if (text_[place] == '\x1b') ++unseen;
    most = std::max(most, unseen);
    begin = place + 1;
  }
  return most + block > filter_->stride();
}

// Finds the escape sequences. Returns whether all segments behind them can hold a block.
bool SuspectFinder::FindSequences() {
  const std::size_t block = filter_->block();
  bool all_long = true;
  std::size_t end = 0;
  for (const std::size_t place : special_.escapes()) {
    if (place < end) continue;  // half of its end
    if (place + 1 < text_.size() && !MayFollowEscape(text_[place + 1])) continue;  // text
    const std::optional<std::size_t> length = SequenceLength(text_.substr(place));
    if (!length) {
      text_ = text_.substr(0, place);
      break;
    }
    if (*length == 0) continue;  // text
    end = place + *length;
    sequences_.push_back({place, end});
    sequence_ends_.push_back(static_cast<std::uint16_t>(end));
    const bool is_long = end + block <= text_.size() &&
                         (special_.AnyIn(end, end + 1) || !special_.AnyIn(end + 1, end + block));
    all_long = all_long && is_long;
  }
  return all_long;
}

// Finds where looks beside what is skipped are too few.
void SuspectFinder::FollowSegments() {
  Segments lines(*this);
  Segments escapes(*this);
  auto sequence = sequences_.begin();
  for (const std::size_t place : special_.places()) {
    if (place >= text_.size()) break;
    while (sequence != sequences_.end() && sequence->end <= place) ++sequence;
    const bool in_sequence = sequence != sequences_.end() && sequence->begin <= place;
    if (text_[place] != '\x1b') {
      lines.Skip(place, place + 1);
      if (!in_sequence) escapes.Skip(place, place + 1);
    } else if (in_sequence && sequence->begin == place) {
      escapes.Skip(place, sequence->end);
    }
  }
  lines.Finish(text_.size());
  escapes.Finish(text_.size());
}

void SuspectFinder::JudgeHits() {
  const std::size_t beginning = filter_->beginning();
  for (const std::size_t place : hits_) {
    if (place + filter_->block() > text_.size()) continue;
    const std::size_t from = place - std::min(place, filter_->stride() - 1);
    const std::size_t to = std::min(place + beginning, text_.size());
    if (special_.AnyIn(from, to) || TouchesSequence(from, to)) {
      JudgeAcross(place);
      continue;
    }
    for (std::size_t i = from; i <= place && i + beginning <= text_.size(); ++i) {
      if (filter_->MayBegin(BeginningAt(i), beginning)) Suspicious(i, i + 1);
    }
  }
}

// A hit beside bytes that are skipped.
void SuspectFinder::JudgeAcross(std::size_t place) {
  const std::string_view block = text_.substr(place, filter_->block());
  if (std::any_of(block.begin(), block.end(), IsLineEnd)) return;  // no needle holds them
  const std::size_t beginning = filter_->beginning();
  const std::size_t from = GoBack(Skip::kSequencesToo, place, filter_->stride() - 1);
  const Visible visible =
      Gather(Skip::kLineEnds, from, text_.size(), filter_->stride() - 1 + beginning);
  if (TouchesSequence(from, visible.end)) {  // the readings differ
    Suspicious(from, place + 1);
    return;
  }
  for (std::size_t i = 0; i + beginning <= visible.count && visible.places[i] <= place; ++i) {
    if (!filter_->MayBegin(visible.BeginningAt(i), beginning)) continue;
    Suspicious(visible.places[i], visible.places[i] + std::size_t{1});
  }
}

// Where no whole window is left the beginning of a needle has to be looked for at every place.
void SuspectFinder::JudgeEnd() {
  const std::size_t most = filter_->window() - 1;
  std::size_t end = text_.size();
  while (end > 0 && IsLineEnd(text_[end - 1])) --end;
  const std::size_t from = end - std::min(end, most);
  if (end >= most && !special_.AnyIn(from, end) && !TouchesSequence(from, text_.size())) {
    Visible visible;
    visible.count = most;  // mostly
    std::memcpy(visible.bytes.data(), text_.data() + from, most);
    std::iota(visible.places.begin(), visible.places.begin() + kRoom / 2,
              static_cast<std::uint16_t>(from));
    return JudgeBeginnings(visible);
  }
  for (const Skip skip : {Skip::kLineEnds, Skip::kSequencesToo}) {
    if (skip == Skip::kSequencesToo && sequences_.empty()) return;
    JudgeBeginnings(Gather(skip, GoBack(skip, end, most), end, most));
  }
}

// All behind the first place of `visible` where a needle may begin that goes on behind the end.
void SuspectFinder::JudgeBeginnings(const Visible& visible) {
  for (std::size_t i = 0; i < visible.count; ++i) {
    const std::size_t length = std::min(visible.count - i, filter_->beginning());
    if (!filter_->MayBegin(visible.BeginningAt(i), length)) continue;
    Suspicious(visible.places[i], text_.size());
    return;
  }
}

// Up to `most` bytes of [from, to) that one reading does not skip.
SuspectFinder::Visible SuspectFinder::Gather(Skip skip, std::size_t from, std::size_t to,
                                             std::size_t most) const {
  Visible visible;
  auto sequence = std::partition_point(sequences_.begin(), sequences_.end(),
                                       [from](const Sequence& s) { return s.end <= from; });
  std::size_t place = from;
  while (place < to && visible.count < most) {
    while (sequence != sequences_.end() && sequence->end <= place) ++sequence;
    if (skip == Skip::kSequencesToo && sequence != sequences_.end() && sequence->begin <= place) {
      place = sequence->end;
      continue;
    }
    visible.bytes[visible.count] = text_[place];
    visible.places[visible.count] = static_cast<std::uint16_t>(place);
    if (!IsLineEnd(text_[place])) ++visible.count;
    ++place;
  }
  visible.end = place;
  return visible;
}

// The place that has `visible` bytes less before it in one reading.
std::size_t SuspectFinder::GoBack(Skip skip, std::size_t place, std::size_t visible) const {
  auto before = std::partition_point(sequences_.begin(), sequences_.end(),
                                     [place](const Sequence& s) { return s.begin < place; });
  if (skip == Skip::kLineEnds) before = sequences_.begin();
  while (place > 0 && visible > 0) {
    if (before != sequences_.begin() && (before - 1)->end >= place) {
      place = (--before)->begin;
      continue;
    }
    --place;
    if (!IsLineEnd(text_[place])) --visible;
  }
  return place;
}

bool SuspectFinder::TouchesSequence(std::size_t begin, std::size_t end) const {
  if (sequences_.empty()) return false;
  const auto last = std::partition_point(sequences_.begin(), sequences_.end(),
                                         [end](const Sequence& s) { return s.begin < end; });
  return last != sequences_.begin() && (last - 1)->end > begin;
}

void SuspectFinder::Suspicious(std::size_t begin, std::size_t end) {
  const auto before = std::partition_point(sequences_.begin(), sequences_.end(),
                                           [begin](const Sequence& s) { return s.begin < begin; });
  if (before != sequences_.begin() && (before - 1)->end > begin) begin = (before - 1)->begin;
  if (!suspects_.empty() && suspects_.back().begin <= begin && begin <= suspects_.back().end) {
    suspects_.back().end = std::max(suspects_.back().end, end);
  } else {
    suspects_.push_back({begin, end});
  }
}

void SuspectFinder::SortSuspects() {
  if (suspects_.size() < 2) return;
  std::sort(suspects_.begin(), suspects_.end(),
            [](const Suspect& a, const Suspect& b) { return a.begin < b.begin; });
  std::size_t last = 0;
  for (std::size_t i = 1; i < suspects_.size(); ++i) {
    if (suspects_[i].begin <= suspects_[last].end) {
      suspects_[last].end = std::max(suspects_[last].end, suspects_[i].end);
    } else {
      suspects_[++last] = suspects_[i];
    }
  }
  suspects_.resize(last + 1);
}

}  // namespace runner_shim
