#include "injector/base/printable.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(Printable("plain, “quoted”, 日本"), "plain, “quoted”, 日本");
}

TEST(Printable, SpellsOutEveryControlCharacter) {
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool printable = c >= 0x20 && c < 0x7f;
    EXPECT_EQ(Printable({&byte, 1}).size() == 1, printable) << c;
  }
  EXPECT_EQ(Printable("a\nb\tc\r\x1b[2J\x7f"), "a\\nb\\tc\\r\\x1b[2J\\x7f");
  EXPECT_EQ(Printable("\xc2\x9b"), "\\xc2\\x9b");  // CSI as one C1 character
  EXPECT_EQ(Printable("\xff"
                      "a"),
            "\\xffa");
}

TEST(Printable, SpellsOutWhatTurnsTextAround) {
  EXPECT_EQ(Printable("a\u202Eb\u2066c\u2028d\u200Fe"),
            R"(a\xe2\x80\xaeb\xe2\x81\xa6c\xe2\x80\xa8d\xe2\x80\x8fe)");
}

}  // namespace
}  // namespace injector
