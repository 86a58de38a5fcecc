#include "runner_shim/scrub/interruption.h"

#include <bit>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace runner_shim {
namespace {

std::size_t FindByBytes(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '\r' || text[i] == '\x1b') return i;
  }
  return text.size();
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) std::size_t FindByAvx2(std::string_view text) {
  const __m256i lf = _mm256_set1_epi8('\n');
  const __m256i cr = _mm256_set1_epi8('\r');
  const __m256i esc = _mm256_set1_epi8('\x1b');
  std::size_t i = 0;
  for (; i + 32 <= text.size(); i += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + i));
    const __m256i hits = _mm256_or_si256(
        _mm256_cmpeq_epi8(bytes, lf),
        _mm256_or_si256(_mm256_cmpeq_epi8(bytes, cr), _mm256_cmpeq_epi8(bytes, esc)));
    const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(hits));
    if (mask != 0) return i + static_cast<std::size_t>(std::countr_zero(mask));
  }
  return FindByBytes(text, i);
}

// Every x86-64 processor has SSE2.
std::size_t FindBySse2(std::string_view text) {
  const __m128i lf = _mm_set1_epi8('\n');
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i esc = _mm_set1_epi8('\x1b');
  std::size_t i = 0;
  for (; i + 16 <= text.size(); i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
    const __m128i hits =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, lf),
                     _mm_or_si128(_mm_cmpeq_epi8(bytes, cr), _mm_cmpeq_epi8(bytes, esc)));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(hits));
    if (mask != 0) return i + static_cast<std::size_t>(std::countr_zero(mask));
  }
  return FindByBytes(text, i);
}

using Finder = std::size_t (*)(std::string_view);
Finder ChooseFinder() { return __builtin_cpu_supports("avx2") ? FindByAvx2 : FindBySse2; }

#endif

}  // namespace

std::size_t FindInterruption(std::string_view text) {
#if defined(__x86_64__)
  static const Finder find = ChooseFinder();
  return find(text);
#else
  return FindByBytes(text, 0);
#endif
}

}  // namespace runner_shim
