#include "injector/cli/connections/expiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "injector/base/clock.h"

namespace injector {
namespace {

const std::chrono::system_clock::time_point kNow = *ParseRfc3339("2026-06-01T00:00:00Z");

TEST(Expiry, TakesTimesAndWholeDays) {
  const struct {
    const char* given;
    const char* kept;
  } rows[] = {{"", ""},
              {"2027-01-31T08:00:00Z", "2027-01-31T08:00:00Z"},
              {"2027-01-31T08:00:00+02:00", "2027-01-31T08:00:00+02:00"},
              {"2027-01-31", "2027-01-31T23:59:59Z"},
              {"2026-06-01", "2026-06-01T23:59:59Z"}};  // today still holds
  for (const auto& row : rows) {
    const Result<std::string> expiry = ParseExpiry(row.given, kNow);
    ASSERT_TRUE(expiry.ok()) << row.given;
    EXPECT_EQ(*expiry, row.kept);
  }
}

TEST(Expiry, RefusesWhatIsNoTimeOrIsOver) {
  const struct {
    const char* given;
    const char* problem;
  } rows[] = {{"tomorrow", "expected a date or a time"},
              {"2027-02-30", "expected a date or a time"},
              {"2027-1-3", "expected a date or a time"},
              {"2027-01-31T08:00", "expected a date or a time"},
              {"2026-05-31", "2026-05-31T23:59:59Z is over already"},
              {"2026-06-01T00:00:00Z", "is over already"}};
  for (const auto& row : rows) {
    const Result<std::string> expiry = ParseExpiry(row.given, kNow);
    ASSERT_FALSE(expiry.ok()) << row.given;
    EXPECT_THAT(expiry.error().message(), testing::HasSubstr(row.problem));
  }
}

TEST(Expiry, IsOverFromThatSecondOn) {
  EXPECT_FALSE(IsExpired("", kNow));
  EXPECT_FALSE(IsExpired("2026-06-01T00:00:01Z", kNow));
  EXPECT_FALSE(IsExpired("9999-12-31T23:59:59Z", kNow));
  EXPECT_TRUE(IsExpired("2026-06-01T02:00:00+02:00", kNow));
}

}  // namespace
}  // namespace injector
