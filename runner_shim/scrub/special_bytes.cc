#include "runner_shim/scrub/special_bytes.h"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace runner_shim {
namespace {

constexpr std::size_t kBlock = 64;
// How many places are noted of each block without asking how many there are.
constexpr std::size_t kUnasked = 2;

struct Room {
  std::uint64_t* bits;
  std::uint16_t* places;
  std::uint16_t* escapes;
};

struct Found {
  std::size_t count;
  std::size_t escape_count;
};

struct Masks {
  std::uint64_t special;
  std::uint64_t escape;
};

inline std::uint16_t PlaceOf(std::uint64_t mask, std::size_t base) {
  return static_cast<std::uint16_t>(base + static_cast<unsigned>(std::countr_zero(mask)));
}

// Those of all bits of `mask`; returns how many there are.
__attribute__((noinline)) std::size_t NoteAll(std::uint64_t mask, std::size_t base,
                                              std::uint16_t* places) {
  std::size_t count = 0;
  for (; mask != 0; mask &= mask - 1) places[count++] = PlaceOf(mask, base);
  return count;
}

// Notes the places of the bits of `mask`, which is that of the block at `base`. Nearly every block
// has few and the processor could not foresee how many, so the first ones are noted always.
inline __attribute__((always_inline)) void NotePlaces(std::uint64_t mask, std::size_t base,
                                                      std::uint16_t* places) {
  places[0] = PlaceOf(mask, base);
  mask &= mask - 1;
  places[1] = PlaceOf(mask, base);
  mask &= mask - 1;
  if (mask != 0) [[unlikely]]
    NoteAll(mask, base, places + kUnasked);
}

// `masks_of` tells the masks of the block that it is given.
template <typename MasksOf>
inline __attribute__((always_inline)) Found FindIn(std::string_view text, const Room& room,
                                                   MasksOf masks_of) {
  Found found{0, 0};
  const auto note = [&](const Masks& masks, std::size_t at) __attribute__((always_inline)) {
    room.bits[at / kBlock] = masks.special;
    NotePlaces(masks.special, at, room.places + found.count);
    found.count += static_cast<std::size_t>(std::popcount(masks.special));
    if (masks.escape == 0) [[likely]]
      return;
    found.escape_count += NoteAll(masks.escape, at, room.escapes + found.escape_count);
  };
  std::size_t at = 0;
  for (; at + kBlock <= text.size(); at += kBlock) note(masks_of(text.data() + at), at);
  std::array<char, kBlock> rest{};
  std::memcpy(rest.data(), text.data() + at, text.size() - at);
  note(masks_of(rest.data()), at);
  room.bits[at / kBlock + 1] = 0;
  return found;
}

#if defined(__x86_64__)

__attribute__((target("avx2,bmi,popcnt"))) Found FindByAvx2(std::string_view text,
                                                            const Room& room) {
  // By low half of a byte the special one that has it; else one that differs from it.
  const __m256i specials =
      _mm256_setr_epi8(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', '\x1b', 0, '\r', 0, 0,  //
                       1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\n', '\x1b', 0, '\r', 0, 0);
  const __m256i escape = _mm256_set1_epi8('\x1b');
  const auto mask_of = [](__m256i equal) __attribute__((target("avx2,bmi,popcnt"))) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(equal));
  };
  return FindIn(
      text, room, [&](const char* block) __attribute__((target("avx2,bmi,popcnt"))) {
        const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block));
        const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + 32));
        const std::uint64_t low_bits =
            mask_of(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(specials, low), low));
        const std::uint64_t high_bits =
            mask_of(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(specials, high), high));
        const std::uint64_t low_escapes = mask_of(_mm256_cmpeq_epi8(low, escape));
        const std::uint64_t high_escapes = mask_of(_mm256_cmpeq_epi8(high, escape));
        return Masks{low_bits | high_bits << 32, low_escapes | high_escapes << 32};
      });
}

// Every x86-64 processor has SSE2.
Found FindBySse2(std::string_view text, const Room& room) {
  const __m128i lf = _mm_set1_epi8('\n');
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i escape = _mm_set1_epi8('\x1b');
  return FindIn(text, room, [&](const char* block) {
    Masks masks{0, 0};
    for (unsigned part = 0; part < kBlock; part += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + part));
      const __m128i escapes = _mm_cmpeq_epi8(bytes, escape);
      const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, lf), _mm_cmpeq_epi8(bytes, cr));
      const auto all = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(ends, escapes)));
      masks.special |= std::uint64_t{all} << part;
      const auto escape_bits = static_cast<unsigned>(_mm_movemask_epi8(escapes));
      masks.escape |= std::uint64_t{escape_bits} << part;
    }
    return masks;
  });
}

#endif

Found FindByBytes(std::string_view text, const Room& room) {
  return FindIn(text, room, [](const char* block) {
    Masks masks{0, 0};
    for (unsigned i = 0; i < kBlock; ++i) {
      const std::uint64_t bit = std::uint64_t{1} << i;
      if (block[i] == '\x1b') masks.escape |= bit;
      if (block[i] == '\x1b' || block[i] == '\n' || block[i] == '\r') masks.special |= bit;
    }
    return masks;
  });
}

// Requires: AreThere(instructions).
Found FindBy([[maybe_unused]] Instructions instructions, std::string_view text, const Room& room) {
#if defined(__x86_64__)
  if (instructions == Instructions::kAvx2) return FindByAvx2(text, room);
  if (instructions == Instructions::kSse2) return FindBySse2(text, room);
#endif
  return FindByBytes(text, room);
}

}  // namespace

// One word more than the blocks: AnyIn() may look behind the last one.
SpecialBytes::SpecialBytes(Instructions instructions)
    : instructions_(instructions),
      bits_(kMostBytes / kBlock + 2),
      places_(kMostBytes + kBlock + kUnasked),
      escapes_(kMostBytes + kBlock) {}

void SpecialBytes::Find(std::string_view text) {
  const Found found = FindBy(instructions_, text, {bits_.data(), places_.data(), escapes_.data()});
  count_ = found.count;
  escape_count_ = found.escape_count;
}

}  // namespace runner_shim
