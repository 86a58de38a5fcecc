#include "injector/service/last_used.h"

#include <gtest/gtest.h>

#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

class LastUsedTest : public testing::ServiceFixture {
 protected:
  std::optional<TimePoint> LastUse(const std::string& id) {
    EXPECT_TRUE(NoteLastUses(*desk_).ok());
    return connections().Get(Admin(), id).value().last_used_at;
  }
};

INSTANTIATE_TEST_SUITE_P(, LastUsedTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(LastUsedTest, IsWhenAJobWasGivenItLast) {
  const std::string id = MakeAttached("main");
  const std::string other = MakeAttached("other");
  EXPECT_FALSE(LastUse(id));
  clock_.Advance(std::chrono::minutes(1));
  const Grant grant = grants().Create(Runner(), Ask({"main"})).value();
  const TimePoint granted = clock_.Now();
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(LastUse(id), granted);
  // A renewal gives nothing again but what has changed.
  ASSERT_TRUE(grants().Renew(Runner(), ProofOf(grant)).ok());
  EXPECT_EQ(LastUse(id), granted);
  ASSERT_TRUE(
      connections().Patch(Admin(), id, 1, testing::Json(R"({"config":{"host":"h"}})")).ok());
  ASSERT_TRUE(grants().Renew(Runner(), ProofOf(grant)).ok());
  EXPECT_EQ(LastUse(id), clock_.Now());
  EXPECT_FALSE(LastUse(other));
}

TEST_P(LastUsedTest, RefusalsAreNoUse) {
  const std::string id = MakeAttached("main");
  Tamper("UPDATE connection_versions SET config_encrypted = '' WHERE connection_id = :1", {id});
  EXPECT_FALSE(grants().Create(Runner(), Ask({"main"})).ok());
  EXPECT_FALSE(LastUse(id));
}

TEST_P(LastUsedTest, CostsNoWriteWhenNothingHappened) {
  MakeAttached("main");
  ASSERT_TRUE(NoteLastUses(*desk_).ok());
  const AuditReport before = Verify();
  ASSERT_TRUE(NoteLastUses(*desk_).ok());
  EXPECT_EQ(Verify().head.sequence, before.head.sequence);
  EXPECT_EQ(Finding(), "");
}

}  // namespace
}  // namespace injector
