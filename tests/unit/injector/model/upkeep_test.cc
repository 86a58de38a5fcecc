#include "injector/model/upkeep.h"

#include <gtest/gtest.h>

#include <string>

#include "injector/base/clock.h"

namespace injector {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using std::chrono::sys_seconds;

const sys_seconds kRotated = *ParseRfc3339("2026-01-01T00:00:00Z");

TEST(Period, IsDaysOrHours) {
  EXPECT_EQ(ParsePeriod("90d"), hours(90 * 24));
  EXPECT_EQ(ParsePeriod("1h"), hours(1));
  EXPECT_EQ(ParsePeriod("3650d"), hours(3650 * 24));
  for (const char* wrong : {"", "90", "d", "0d", "-1d", "+1d", "1.5d", " 1d", "1d ", "1m", "3651d",
                            "87601h", "99999999999999999999d", "1dd", "90D"}) {
    EXPECT_FALSE(ParsePeriod(wrong)) << wrong;
  }
}

TEST(Upkeep, ComesDueTwoWeeksAheadAndThenIsOver) {
  const Upkeep upkeep = UpkeepOf("2026-04-01T00:00:00Z", "", {});
  const sys_seconds end = *upkeep.expires_at;
  EXPECT_FALSE(upkeep.rotate_by);
  EXPECT_EQ(*upkeep.remind_at, end - hours(14 * 24));
  EXPECT_EQ(StateAt(upkeep, *upkeep.remind_at - seconds(1)), UpkeepState::kFine);
  EXPECT_EQ(StateAt(upkeep, *upkeep.remind_at), UpkeepState::kDueSoon);
  EXPECT_EQ(StateAt(upkeep, end - seconds(1)), UpkeepState::kDueSoon);
  EXPECT_EQ(StateAt(upkeep, end), UpkeepState::kExpired);
}

TEST(Upkeep, CountsTheRotationFromTheLastNewSecret) {
  const Upkeep upkeep = UpkeepOf("", "90d", kRotated);
  EXPECT_EQ(*upkeep.rotate_by, kRotated + hours(90 * 24));
  EXPECT_EQ(*upkeep.remind_at, kRotated + hours(76 * 24));
  EXPECT_EQ(StateAt(upkeep, *upkeep.remind_at), UpkeepState::kDueSoon);
  EXPECT_EQ(StateAt(upkeep, *upkeep.rotate_by), UpkeepState::kOverdue);
}

TEST(Upkeep, RemindsOfShortPeriodsHalfWayAtTheEarliest) {
  EXPECT_EQ(*UpkeepOf("", "12h", kRotated).remind_at, kRotated + hours(6));
  EXPECT_EQ(*UpkeepOf("", "28d", kRotated).remind_at, kRotated + hours(14 * 24));
}

TEST(Upkeep, IsRemindedOfWhatComesFirst) {
  const Upkeep expiry_first = UpkeepOf("2026-02-01T00:00:00Z", "90d", kRotated);
  EXPECT_EQ(*expiry_first.remind_at, *expiry_first.expires_at - hours(14 * 24));
  EXPECT_EQ(StateAt(expiry_first, *expiry_first.rotate_by), UpkeepState::kExpired);
  const Upkeep rotation_first = UpkeepOf("2027-02-01T00:00:00Z", "90d", kRotated);
  EXPECT_EQ(*rotation_first.remind_at, kRotated + hours(76 * 24));
}

TEST(Upkeep, KnowsNothingOfWhatIsNotSaid) {
  for (const Upkeep& upkeep :
       {UpkeepOf("", "", kRotated), UpkeepOf("", "90d", {}), UpkeepOf("soon", "often", kRotated),
        UpkeepOf("", "90d", *ParseRfc3339("9999-01-01T00:00:00Z")),
        UpkeepOf("", "90d", *ParseRfc3339("0001-01-01T00:00:00Z"))}) {
    EXPECT_FALSE(upkeep.remind_at);
    EXPECT_EQ(StateAt(upkeep, kRotated), UpkeepState::kFine);
  }
}

TEST(Upkeep, ReachesAllYears) {
  const Upkeep upkeep = UpkeepOf("9999-12-31T23:59:59Z", "", {});
  EXPECT_EQ(StateAt(upkeep, kRotated), UpkeepState::kFine);
  EXPECT_EQ(StateAt(UpkeepOf("0001-01-01T00:00:00Z", "", {}), kRotated), UpkeepState::kExpired);
}

}  // namespace
}  // namespace injector
