#include "runner_shim/scrub/block_filter.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace runner_shim {
namespace {

static_assert(std::endian::native == std::endian::little, "masks cut bytes off behind");

// A longer window needs fewer looks but costs more entries a needle.
constexpr std::size_t kLongestWindow = 20;
constexpr std::size_t kLongestBlock = 4;
// At one bit an entry about one look in 64 finds something by chance, and the second opinion lets
// one in 16 of these pass.
constexpr std::size_t kBitsPerBlock = 64;
constexpr std::size_t kBitsPerSecondBlock = 16;
constexpr std::size_t kBitsPerBeginning = 24;
// Words of 32 bits: 8 KiB to 512 KiB, a usual second-level cache.
constexpr unsigned kFewestWordBits = 11;
constexpr unsigned kMostWordBits = 17;

// So far ahead what comes is asked for: about what is looked at in one go.
constexpr std::size_t kAhead = 16 * 1024;

unsigned WordBits(std::size_t entries, std::size_t bits_per_entry) {
  const std::size_t words = entries * bits_per_entry / 32;
  return std::clamp(static_cast<unsigned>(std::bit_width(words)), kFewestWordBits, kMostWordBits);
}

inline std::uint32_t Load(const char* place) {
  std::uint32_t bytes;
  std::memcpy(&bytes, place, sizeof(bytes));
  return bytes;
}

// A table of blocks, small enough to be kept in registers. The fewest instructions that do.
struct Blocks {
  static std::uint32_t Hash(std::uint32_t block) { return block * 0x9E3779B1U; }  // Fibonacci
  // The lowest bit tells whether the table may have the block.
  std::uint32_t Look(std::uint32_t bytes) const {
    const std::uint32_t hash = Hash(bytes & mask);
    return words[hash >> shift] >> (hash & 31);
  }

  const std::uint32_t* words;
  unsigned shift;
  std::uint32_t mask;
  const std::uint32_t* second_words;
  unsigned second_shift;
};

std::uint32_t SecondHash(std::uint32_t block) {
  const std::uint32_t mixed = block * 0x85EBCA6BU;
  return (mixed ^ mixed >> 15) * 0xC2B2AE35U;
}

// The bytes at the end of `text` from `place` on, and zeroes.
std::uint32_t LoadAtEnd(std::string_view text, std::size_t place) {
  std::uint32_t bytes = 0;
  const std::size_t count = text.size() - std::min(place, text.size());
  std::memcpy(&bytes, text.data() + text.size() - count, std::min(count, sizeof(bytes)));
  return bytes;
}

// Adds `place` if the table may have the block there, which begins with `bytes`.
void AddHit(std::size_t place, std::uint32_t bytes, const Blocks& blocks, BlockFilter::Hits& hits) {
  bytes &= blocks.mask;
  if ((blocks.Look(bytes) & 1) == 0) return;
  const std::uint32_t hash = SecondHash(bytes);
  if ((blocks.second_words[hash >> blocks.second_shift] >> (hash & 31) & 1) == 0) return;
  hits.push_back(static_cast<std::uint16_t>(place));
}

inline __attribute__((always_inline)) void LookEverywhereIn(std::string_view text, Blocks blocks,
                                                            std::size_t stride,
                                                            BlockFilter::Hits& hits) {
  const char* const begin = text.data();
  const std::size_t together = 3 * stride + sizeof(std::uint32_t);
  std::size_t place = 0;
  for (; place + together <= text.size(); place += 4 * stride) {
    const char* const at = begin + place;
    __builtin_prefetch(at + kAhead, 0, 2);
    std::uint32_t seen = blocks.Look(Load(at));
    seen |= blocks.Look(Load(at + stride));
    seen |= blocks.Look(Load(at + 2 * stride));
    seen |= blocks.Look(Load(at + 3 * stride));
    if ((seen & 1) == 0) [[likely]]
      continue;
    for (std::size_t i = 0; i < 4; ++i) {
      AddHit(place + i * stride, Load(at + i * stride), blocks, hits);
    }
  }
  for (; place < text.size(); place += stride) {
    AddHit(place, LoadAtEnd(text, place), blocks, hits);
  }
}

inline __attribute__((always_inline)) void LookBesideAll(std::string_view text, Blocks blocks,
                                                         std::size_t block,
                                                         std::span<const std::uint16_t> places,
                                                         BlockFilter::Hits& hits) {
  const auto look_with_care = [&](std::size_t place) {
    const std::size_t before = place - std::min(place, block);
    AddHit(before, LoadAtEnd(text, before), blocks, hits);
    AddHit(place + 1, LoadAtEnd(text, place + 1), blocks, hits);
  };
  // Where a block would stick out.
  while (!places.empty() && places.front() < block) {
    look_with_care(places.front());
    places = places.subspan(1);
  }
  while (!places.empty() && places.back() + 1 + sizeof(std::uint32_t) > text.size()) {
    look_with_care(places.back());
    places = places.first(places.size() - 1);
  }
  const char* const after = text.data() + 1;
  const char* const before = text.data() - block;
  for (const std::size_t place : places) {
    const std::uint32_t seen = blocks.Look(Load(before + place)) | blocks.Look(Load(after + place));
    if ((seen & 1) == 0) [[likely]]
      continue;
    AddHit(place - block, Load(before + place), blocks, hits);
    AddHit(place + 1, Load(after + place), blocks, hits);
  }
}

void LookEverywherePlainly(std::string_view text, Blocks blocks, std::size_t stride,
                           BlockFilter::Hits& hits) {
  LookEverywhereIn(text, blocks, stride, hits);
}

void LookBesidePlainly(std::string_view text, Blocks blocks, std::size_t block,
                       std::span<const std::uint16_t> places, BlockFilter::Hits& hits) {
  LookBesideAll(text, blocks, block, places, hits);
}

#if defined(__x86_64__)

// With shifts that leave the flags and CL alone a look is half as many instructions.
__attribute__((target("bmi,bmi2"))) void LookEverywhereByBmi2(std::string_view text, Blocks blocks,
                                                              std::size_t stride,
                                                              BlockFilter::Hits& hits) {
  if (blocks.mask == UINT32_MAX) {
    blocks.mask = UINT32_MAX;  // then there is nothing to mask
    LookEverywhereIn(text, blocks, stride, hits);
  } else {
    LookEverywhereIn(text, blocks, stride, hits);
  }
}

__attribute__((target("bmi,bmi2"))) void LookBesideByBmi2(std::string_view text, Blocks blocks,
                                                          std::size_t block,
                                                          std::span<const std::uint16_t> places,
                                                          BlockFilter::Hits& hits) {
  LookBesideAll(text, blocks, block, places, hits);
}

#endif

}  // namespace

BlockFilter::BlockFilter(std::span<const std::string_view> needles, Instructions instructions)
    : instructions_(instructions) {
  if (needles.empty()) return;
  window_ = kLongestWindow;
  for (std::string_view needle : needles) window_ = std::min(window_, needle.size());
  block_ = std::min(kLongestBlock, (window_ + 1) / 2);
  beginning_ = std::min(kLongestBeginning, window_);
  const unsigned block_bits = WordBits(needles.size() * stride(), kBitsPerBlock);
  const unsigned second_bits = WordBits(needles.size() * stride(), kBitsPerSecondBlock);
  const unsigned beginning_bits = WordBits(needles.size() * beginning_, kBitsPerBeginning);
  blocks_shift_ = 32 - block_bits;
  second_blocks_shift_ = 32 - second_bits;
  beginnings_shift_ = 64 - beginning_bits;
  blocks_.assign(std::size_t{1} << block_bits, 0);
  second_blocks_.assign(std::size_t{1} << second_bits, 0);
  beginnings_.assign(std::size_t{1} << beginning_bits, 0);
  for (std::string_view needle : needles) AddNeedle(needle);
}

void BlockFilter::AddNeedle(std::string_view needle) {
  for (std::size_t at = 0; at < stride(); ++at) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, needle.data() + at, block_);
    const std::uint32_t hash = Blocks::Hash(bytes);
    blocks_[hash >> blocks_shift_] |= std::uint32_t{1} << (hash & 31);
    const std::uint32_t second = SecondHash(bytes);
    second_blocks_[second >> second_blocks_shift_] |= std::uint32_t{1} << (second & 31);
  }
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, needle.data(), beginning_);
  for (std::size_t length = 1; length <= beginning_; ++length) {
    const std::uint64_t hash = HashBeginning(bytes, length);
    beginnings_[hash >> beginnings_shift_] |=
        std::uint32_t{1} << (hash & 31) | std::uint32_t{1} << (hash >> 8 & 31);
  }
}

// What a look needs.
struct BlockFilter::Table : Blocks {
  explicit Table(const BlockFilter& filter)
      : Blocks{filter.blocks_.data(), filter.blocks_shift_, UINT32_MAX >> (32 - 8 * filter.block_),
               filter.second_blocks_.data(), filter.second_blocks_shift_} {}
};

void BlockFilter::LookEverywhere(std::string_view text, Hits& hits) const {
#if defined(__x86_64__)
  if (instructions_ == Instructions::kAvx2) {
    return LookEverywhereByBmi2(text, Table(*this), stride(), hits);
  }
#endif
  LookEverywherePlainly(text, Table(*this), stride(), hits);
}

void BlockFilter::LookBeside(std::string_view text, std::span<const std::uint16_t> places,
                             Hits& hits) const {
#if defined(__x86_64__)
  if (instructions_ == Instructions::kAvx2) {
    return LookBesideByBmi2(text, Table(*this), block_, places, hits);
  }
#endif
  LookBesidePlainly(text, Table(*this), block_, places, hits);
}

void BlockFilter::LookAt(std::string_view text, std::span<const std::uint16_t> places,
                         Hits& hits) const {
  const Table table(*this);
  for (const std::size_t place : places) {
    if (place + sizeof(std::uint32_t) <= text.size()) {
      AddHit(place, Load(text.data() + place), table, hits);
    } else {
      AddHit(place, LoadAtEnd(text, place), table, hits);
    }
  }
}

}  // namespace runner_shim
