#include "injector/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace injector {
namespace {

std::string Encode(std::uint32_t c) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) {
    return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  }
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

TEST(Utf8, DecodesEveryCodePointAndNoSurrogate) {
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
    const std::string bytes = Encode(c);
    const std::optional<Utf8Char> decoded = DecodeUtf8(bytes);
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    ASSERT_EQ(decoded.has_value(), !surrogate) << c;
    if (!decoded) continue;
    ASSERT_EQ(decoded->code_point, c);
    ASSERT_EQ(decoded->length, bytes.size());
  }
}

TEST(Utf8, RefusesWhatIsNotTheShortestForm) {
  for (const char* bytes : {"\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xFF"}) {
    EXPECT_FALSE(IsValidUtf8(bytes));
  }
}

TEST(Utf8, RefusesEveryTruncation) {
  const std::string bytes = "\xF0\x9F\x94\x91";
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    EXPECT_FALSE(IsValidUtf8(bytes.substr(0, length)));
  }
  EXPECT_TRUE(IsValidUtf8("key: " + bytes));
}

}  // namespace
}  // namespace injector
