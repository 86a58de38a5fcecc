#include "injector/service/store/outage.h"

#include <gtest/gtest.h>

namespace injector {
namespace {

using std::chrono::milliseconds;

const Error kAway(ErrorCode::kUnavailable, "away");

class OutageTest : public ::testing::Test {
 protected:
  bool MayTry() { return !outage_.Begin(now_).has_value(); }
  void Fails() { outage_.Ended(kAway, now_); }

  Outage::Moment now_{milliseconds(1'000'000)};
  Outage outage_{milliseconds(500)};
};

TEST_F(OutageTest, NobodyWaitsForOthersWhileAllIsWell) {
  EXPECT_TRUE(MayTry());
  EXPECT_TRUE(MayTry());
  outage_.Ended({}, now_);
  EXPECT_TRUE(MayTry());
}

TEST_F(OutageTest, OneTriesAtATimeAndOthersAreToldWhatItWasTold) {
  ASSERT_TRUE(MayTry());
  Fails();
  EXPECT_EQ(outage_.Begin(now_)->message(), "away");
  now_ += milliseconds(499);
  EXPECT_FALSE(MayTry());
  now_ += milliseconds(1);
  EXPECT_TRUE(MayTry());
  EXPECT_FALSE(MayTry()) << "the first is still trying";
  now_ += milliseconds(5'000);
  EXPECT_FALSE(MayTry());
  Fails();
  EXPECT_FALSE(MayTry()) << "the pause counts from the end of an attempt";
}

TEST_F(OutageTest, IsOverWhenOneGetsThrough) {
  Fails();
  now_ += milliseconds(500);
  ASSERT_TRUE(MayTry());
  outage_.Ended({}, now_);
  EXPECT_TRUE(MayTry());
  EXPECT_TRUE(MayTry());
}

}  // namespace
}  // namespace injector
