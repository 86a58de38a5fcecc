#include "injector/service/key_rotation.h"

#include <gtest/gtest.h>

#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using testing::RawKey;

class KeyRotationTest : public testing::ServiceFixture {
 protected:
  // Steps until nothing is left; how many were wrapped again.
  std::size_t RewrapAll() {
    Rewrapper rewrapper(*desk_);
    std::size_t count = 0;
    for (;;) {
      const Rewrapper::Progress progress = rewrapper.Step(2).value();
      count += progress.rewrapped;
      damaged_ += progress.damaged;
      if (progress.done) return count;
    }
  }
  bool CanBeOpened(const KeyText& key, const std::vector<KeyText>& previous) {
    return Keys::Open(*database_, key, previous, clock_).ok();
  }
  std::vector<KeyText> OldKey() const {
    std::vector<KeyText> keys;
    keys.push_back(RawKey('1'));
    return keys;
  }

  std::size_t damaged_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, KeyRotationTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(KeyRotationTest, ServesAllTheWay) {
  MakeAttached("before");
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  MakeAttached("after");
  EXPECT_TRUE(grants().Create(Runner(), Ask({"before", "after"})).ok());
  EXPECT_EQ(RewrapAll(), 4U);  // three orgs, one version
  EXPECT_EQ(damaged_, 0U);
  EXPECT_TRUE(grants().Create(Runner(), Ask({"before", "after"})).ok());
  EXPECT_EQ(RewrapAll(), 0U);
  EXPECT_EQ(Finding(), "");
}

TEST_P(KeyRotationTest, NeedsBothKeysUntilItIsDone) {
  MakeAttached("main");
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  EXPECT_FALSE(CanBeOpened(RawKey('1'), {}));
  EXPECT_FALSE(CanBeOpened(RawKey('2'), {}));
  EXPECT_TRUE(CanBeOpened(RawKey('2'), OldKey()));
  RewrapAll();
  EXPECT_TRUE(CanBeOpened(RawKey('2'), {}));
  EXPECT_FALSE(CanBeOpened(RawKey('1'), {}));
}

TEST_P(KeyRotationTest, KeepsChainsAndTokens) {
  ASSERT_TRUE(tokens().Create(Admin(), {.role = Role::kAdmin}).ok());
  const ChainHead head = Verify().head;
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  RewrapAll();
  const auto keys = Keys::Open(*database_, RawKey('2'), {}, clock_).value();
  Desk later(*database_, *keys, clock_);
  EXPECT_TRUE(VerifyAudit(later, org_, head).value().findings.empty());
}

TEST_P(KeyRotationTest, KeepsAKeyThatADamagedRowMayNeed) {
  const std::string id = MakeAttached("broken");
  MakeAttached("main");
  Tamper("UPDATE connection_versions SET wrapped_key = 'AAAA' WHERE connection_id = :1", {id});
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  EXPECT_EQ(RewrapAll(), 4U);
  EXPECT_EQ(damaged_, 1U);
  EXPECT_FALSE(CanBeOpened(RawKey('2'), {}));
  ASSERT_TRUE(connections().Delete(Admin(), id, DeleteMode::kForce).ok());
  RewrapAll();
  EXPECT_TRUE(CanBeOpened(RawKey('2'), {}));
}

TEST_P(KeyRotationTest, NeverTakesAKeyTwice) {
  EXPECT_EQ(ActivateMasterKey(*desk_, RawKey('1')).error().code(), ErrorCode::kAlreadyExists);
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  EXPECT_EQ(ActivateMasterKey(*desk_, RawKey('1')).error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(keys_->ring()->active().id(),
            MasterKey::Create(Secret::CopyOf(RawKey('2').raw_key()->Reveal())).value().id());
}

}  // namespace
}  // namespace injector
