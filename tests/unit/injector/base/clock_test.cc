#include "injector/base/clock.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

TEST(Clock, FormatsTimesAsRfc3339InUtc) {
  EXPECT_EQ(FormatRfc3339(std::chrono::system_clock::from_time_t(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatRfc3339(std::chrono::system_clock::from_time_t(1709209805)),
            "2024-02-29T12:30:05Z");
}

}  // namespace
}  // namespace injector
