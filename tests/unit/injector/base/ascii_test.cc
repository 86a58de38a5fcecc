#include "injector/base/ascii.h"

#include <gtest/gtest.h>

#include <string>

namespace injector {
namespace {

TEST(Ascii, ClassesAgreeWithTheirRangesForEveryByte) {
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool digit = i >= '0' && i <= '9';
    const bool letter = (i >= 'A' && i <= 'Z') || (i >= 'a' && i <= 'z');
    EXPECT_EQ(IsAsciiDigit(c), digit) << i;
    EXPECT_EQ(IsAsciiAlnum(c), digit || letter) << i;
  }
}

TEST(Ascii, ControlsAreC0AndDeleteAlone) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    EXPECT_EQ(IsAsciiControl(c), byte < 32 || byte == 127) << byte;
    EXPECT_EQ(HoldsAsciiControl(std::string("ab") + c), IsAsciiControl(c)) << byte;
  }
}

TEST(Ascii, ChangesCaseOfLettersOnly) {
  EXPECT_EQ(ToAsciiLower("A-Z_09 \xC3\x84"), "a-z_09 \xC3\x84");
  EXPECT_EQ(ToAsciiUpper("a-z_09 \xC3\xA4"), "A-Z_09 \xC3\xA4");
}

TEST(Ascii, StripsSpaceAtBothEnds) {
  EXPECT_EQ(StripAsciiSpace(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(StripAsciiSpace(" \n"), "");
}

}  // namespace
}  // namespace injector
