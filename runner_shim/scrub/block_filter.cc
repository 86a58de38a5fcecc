#include "runner_shim/scrub/block_filter.h"

#include <algorithm>
#include <bit>

namespace runner_shim {
namespace {

// A longer window moves faster but costs more entries a needle.
constexpr std::size_t kLongestWindow = 20;
// One entry in eight taken at most: a chance hit costs a shorter step, no more.
constexpr std::size_t kRoomPerBlock = 8;
constexpr unsigned kFewestBits = 12;
constexpr unsigned kMostBits = 20;
// Below this much text to each, several cursors cost more than they save.
constexpr std::size_t kShortestWalk = 64;

}  // namespace

BlockFilter::BlockFilter(std::span<const std::string_view> needles) {
  std::size_t shortest = kLongestWindow;
  for (std::string_view needle : needles) shortest = std::min(shortest, needle.size());
  if (needles.empty() || shortest < kBlock) return;
  window_ = shortest;
  const std::size_t room = needles.size() * (window_ - kBlock + 1) * kRoomPerBlock;
  const unsigned bits =
      std::clamp(static_cast<unsigned>(std::bit_width(room)), kFewestBits, kMostBits);
  hash_shift_ = 32 - bits;
  shifts_.assign(std::size_t{1} << bits, static_cast<std::uint8_t>(window_ - kBlock + 1));
  beginnings_.assign((std::size_t{1} << bits) / 64, 0);
  for (std::string_view needle : needles) AddNeedle(needle);
}

void BlockFilter::AddNeedle(std::string_view needle) {
  const std::uint32_t first = Hash(needle.data());
  beginnings_[first / 64] |= std::uint64_t{1} << (first % 64);
  for (std::size_t at = 0; at + kBlock <= window_; ++at) {
    std::uint8_t& shift = shifts_[Hash(needle.data() + at)];
    shift = std::min(shift, static_cast<std::uint8_t>(window_ - kBlock - at));
  }
}

inline std::size_t BlockFilter::Shift(const char* window) const {
  return shifts_[Hash(window + window_ - kBlock)];
}

void BlockFilter::Walk(const char* text, Cursor cursor, std::vector<std::uint32_t>& places) const {
  while (cursor.place < cursor.end) {
    const std::size_t shift = Shift(text + cursor.place);
    if (shift == 0 && MayBegin(text + cursor.place)) {
      places.push_back(static_cast<std::uint32_t>(cursor.place));
    }
    cursor.place += std::max<std::size_t>(shift, 1);
  }
}

// As long as no cursor can reach its end, none needs to be asked.
void BlockFilter::WalkTogether(const char* text, std::array<Cursor, kCursors>& cursors,
                               std::array<std::vector<std::uint32_t>, kCursors>& places) const {
  const std::size_t longest_step = window_ - kBlock + 1;
  while (true) {
    std::size_t steps = SIZE_MAX;
    for (const Cursor& c : cursors) {
      steps = std::min(steps, c.place < c.end ? (c.end - c.place) / longest_step : 0);
    }
    if (steps == 0) return;
    for (; steps > 0; --steps) {
      for (std::size_t k = 0; k < kCursors; ++k) {
        const std::size_t place = cursors[k].place;
        const std::size_t shift = Shift(text + place);
        cursors[k].place = place + shift;
        if (shift != 0) [[likely]]
          continue;
        cursors[k].place = place + 1;
        if (MayBegin(text + place)) places[k].push_back(static_cast<std::uint32_t>(place));
      }
    }
  }
}

// Where no whole window is left the beginning of a needle has to be looked for at every place.
void BlockFilter::JudgeTail(std::string_view text, std::vector<std::uint32_t>& places) const {
  std::size_t place = text.size() < window_ ? 0 : text.size() - window_ + 1;
  for (; place + kBlock <= text.size(); ++place) {
    if (MayBegin(text.data() + place)) places.push_back(static_cast<std::uint32_t>(place));
  }
}

std::span<const std::uint32_t> BlockFilter::FindCandidates(std::string_view text,
                                                           Workspace& workspace) const {
  std::vector<std::uint32_t>& places = workspace.places;
  places.clear();
  const std::size_t count = text.size() < window_ ? 0 : text.size() - window_ + 1;
  if (count < kCursors * kShortestWalk) {
    Walk(text.data(), {0, count}, places);
  } else {
    std::array<Cursor, kCursors> cursors;
    for (std::size_t k = 0; k < kCursors; ++k) {
      cursors[k] = {count * k / kCursors, count * (k + 1) / kCursors};
      workspace.by_cursor[k].clear();
    }
    WalkTogether(text.data(), cursors, workspace.by_cursor);
    for (std::size_t k = 0; k < kCursors; ++k) {
      std::vector<std::uint32_t>& found = workspace.by_cursor[k];
      Walk(text.data(), cursors[k], found);
      places.insert(places.end(), found.begin(), found.end());
    }
  }
  JudgeTail(text, places);
  return places;
}

}  // namespace runner_shim
