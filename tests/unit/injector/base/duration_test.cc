#include "injector/base/duration.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

using std::chrono::milliseconds;

TEST(ParseDuration, TakesEveryUnit) {
  EXPECT_EQ(*ParseDuration("500ms"), milliseconds(500));
  EXPECT_EQ(*ParseDuration("2s"), milliseconds(2000));
  EXPECT_EQ(*ParseDuration("2"), milliseconds(2000));
  EXPECT_EQ(*ParseDuration("3m"), milliseconds(180000));
  EXPECT_EQ(*ParseDuration("1000h"), milliseconds(3600000000LL));
  EXPECT_EQ(*ParseDuration("0"), milliseconds(0));
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text : {"", "s", "-1s", "1.5s", "1 s", "1d", "1001h", "99999999999999999999s",
                           "5000000000000000000s", "1s ", " 1s", "0x1"}) {
    EXPECT_FALSE(ParseDuration(text).ok()) << text;
  }
}

}  // namespace
}  // namespace injector
