#include "injector/base/clock.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(Clock, FormatsTimesAsRfc3339InUtc) {
  EXPECT_EQ(FormatRfc3339(std::chrono::system_clock::from_time_t(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatRfc3339(std::chrono::system_clock::from_time_t(1709209805)),
            "2024-02-29T12:30:05Z");
}

TEST(Clock, ParsesEveryRfc3339Time) {
  const struct {
    const char* text;
    std::int64_t seconds;
  } rows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2024-02-29T12:30:05Z", 1709209805},
      {"2024-02-29T12:30:05.999Z", 1709209805},
      {"2024-02-29T14:30:05+02:00", 1709209805},
      {"2024-02-29T01:00:05-11:30", 1709209805},
      {"2016-12-31T23:59:60Z", 1483228800},
      {"0000-01-01T00:00:00Z", -62167219200},
      {"9999-12-31T23:59:59Z", 253402300799},
  };
  for (const auto& row : rows) {
    const auto time = ParseRfc3339(row.text);
    ASSERT_TRUE(time) << row.text;
    EXPECT_EQ(time->time_since_epoch().count(), row.seconds) << row.text;
  }
}

TEST(Clock, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2024-02-29", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z",
        "2024-01-01T00:00:00", "2024-01-01T00:00:00.Z", "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00Zx", "+024-01-01T00:00:00Z"}) {
    EXPECT_FALSE(ParseRfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace injector
