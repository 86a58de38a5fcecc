#include "runner_shim/scrub/visible_copy.h"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace runner_shim {
namespace {

// Where a copy stands.
struct Progress {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t line_ends = 0;
};

VisibleCopy CopyByBytes(std::string_view text, char* to, std::uint32_t* places, Progress at) {
  for (; at.from < text.size(); ++at.from) {
    const char c = text[at.from];
    if (c == '\x1b') break;
    if (c == '\n' || c == '\r') {
      places[at.line_ends++] = static_cast<std::uint32_t>(at.from);
    } else {
      to[at.to++] = c;
    }
  }
  return {at.from, at.line_ends};
}

#if defined(__x86_64__)

constexpr std::size_t kBlock = 32;

// The first `size` bytes of a block, the whole of which is copied already; its line ends are the
// bits of `mask`. What is behind one is copied again, a place further down. A block has one or
// none, in no order that a processor could foresee, so both take the same path, without a branch.
inline void CloseGaps(std::string_view text, char* to, std::uint32_t* places, std::uint32_t mask,
                      std::size_t size, Progress& at) {
  std::size_t begin = 0;
  do {
    const std::uint64_t bounded = mask | std::uint64_t{1} << size;
    const auto end = static_cast<std::size_t>(std::countr_zero(bounded));
    const std::size_t found = (size - end + kBlock - 1) / kBlock;  // 1 unless end is size
    places[at.line_ends] = static_cast<std::uint32_t>(at.from + end);
    at.line_ends += found;
    at.to += end - begin;
    begin = end + found;
    std::memcpy(to + at.to, text.data() + at.from + begin, kBlock);
    mask &= mask - 1;
  } while (mask != 0);
  at.to += size - begin;
}

// What comes before an escape sequence in its block.
inline VisibleCopy CopyBeforeEscape(std::string_view text, char* to, std::uint32_t* places,
                                    std::uint32_t ends, std::uint32_t escapes, Progress at) {
  const auto size = static_cast<std::size_t>(std::countr_zero(escapes));
  CloseGaps(text, to, places, ends & ((std::uint32_t{1} << size) - 1), size, at);
  return {at.from + size, at.line_ends};
}

__attribute__((target("avx2"))) VisibleCopy CopyByAvx2(std::string_view text, char* to,
                                                       std::uint32_t* places) {
  const __m256i lf = _mm256_set1_epi8('\n');
  const __m256i cr = _mm256_set1_epi8('\r');
  const __m256i esc = _mm256_set1_epi8('\x1b');
  Progress at;
  for (; at.from + 2 * kBlock <= text.size(); at.from += kBlock) {
    const __m256i bytes =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at.from));
    const __m256i ends =
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, lf), _mm256_cmpeq_epi8(bytes, cr));
    const __m256i escapes = _mm256_cmpeq_epi8(bytes, esc);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + at.to), bytes);
    const auto end_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(ends));
    const auto escape_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(escapes));
    if (escape_bits != 0) {
      return CopyBeforeEscape(text, to, places, end_bits, escape_bits, at);
    }
    CloseGaps(text, to, places, end_bits, kBlock, at);
  }
  return CopyByBytes(text, to, places, at);
}

// Every x86-64 processor has SSE2.
VisibleCopy CopyBySse2(std::string_view text, char* to, std::uint32_t* places) {
  const __m128i lf = _mm_set1_epi8('\n');
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i esc = _mm_set1_epi8('\x1b');
  Progress at;
  for (; at.from + 2 * kBlock <= text.size(); at.from += kBlock) {
    std::uint32_t ends = 0;
    std::uint32_t escapes = 0;
    for (unsigned half = 0; half < kBlock; half += 16) {
      const __m128i bytes =
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at.from + half));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at.to + half), bytes);
      const __m128i end = _mm_or_si128(_mm_cmpeq_epi8(bytes, lf), _mm_cmpeq_epi8(bytes, cr));
      ends |= static_cast<std::uint32_t>(_mm_movemask_epi8(end)) << half;
      escapes |= static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, esc))) << half;
    }
    if (escapes != 0) return CopyBeforeEscape(text, to, places, ends, escapes, at);
    CloseGaps(text, to, places, ends, kBlock, at);
  }
  return CopyByBytes(text, to, places, at);
}

using Copier = VisibleCopy (*)(std::string_view, char*, std::uint32_t*);
Copier ChooseCopier() { return __builtin_cpu_supports("avx2") ? CopyByAvx2 : CopyBySse2; }

#endif

}  // namespace

VisibleCopy CopyWithoutLineEnds(std::string_view text, char* to, std::uint32_t* places) {
#if defined(__x86_64__)
  static const Copier copy = ChooseCopier();
  return copy(text, to, places);
#else
  return CopyByBytes(text, to, places, {});
#endif
}

}  // namespace runner_shim
