#include "injector/cli/display_width.h"

#include <algorithm>
#include <cstdint>

#include "injector/base/utf8.h"

namespace injector {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// By whole blocks: what a terminal does inside of them differs from one to the next anyway.
constexpr Range kNoColumn[] = {
    {0x0300, 0x036F},    // combining diacritical marks
    {0x0591, 0x05BD},    // Hebrew points
    {0x064B, 0x065F},    // Arabic points
    {0x1AB0, 0x1AFF},    // combining marks, extended
    {0x1DC0, 0x1DFF},    // combining marks, supplement
    {0x200B, 0x200D},    // zero-width space and joiners
    {0x20D0, 0x20FF},    // combining marks for symbols
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFE20, 0xFE2F},    // combining half marks
    {0xFEFF, 0xFEFF},    // zero-width no-break space
    {0xE0100, 0xE01EF},  // variation selectors, supplement
};
constexpr Range kTwoColumns[] = {
    {0x1100, 0x115F},    // Hangul initials
    {0x2E80, 0x303E},    // CJK radicals and punctuation
    {0x3041, 0xA4CF},    // kana, CJK, Yi
    {0xA960, 0xA97F},    // Hangul initials, extended
    {0xAC00, 0xD7A3},    // Hangul syllables
    {0xF900, 0xFAFF},    // CJK compatibility
    {0xFE30, 0xFE6F},    // CJK compatibility forms
    {0xFF00, 0xFF60},    // full-width forms
    {0xFFE0, 0xFFE6},    // full-width signs
    {0x1F300, 0x1F64F},  // pictographs and emoticons
    {0x1F680, 0x1F6FF},  // transport
    {0x1F900, 0x1F9FF},  // pictographs, supplement
    {0x20000, 0x3FFFD},  // CJK extensions
};

template <std::size_t N>
bool IsIn(const Range (&ranges)[N], std::uint32_t code_point) {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](const Range& range) {
    return range.first <= code_point && code_point <= range.last;
  });
}

std::size_t WidthOf(std::uint32_t code_point) {
  if (code_point < kNoColumn[0].first || !IsIn(kNoColumn, code_point)) {
    return IsIn(kTwoColumns, code_point) ? 2 : 1;
  }
  return 0;
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto character = DecodeUtf8(text);
    width += character ? WidthOf(character->code_point) : 1;
    text.remove_prefix(character ? character->length : 1);
  }
  return width;
}

}  // namespace injector
