#include "injector/service/key_rotation.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "injector/service/housekeeping.h"
#include "injector/service/serving_programs.h"
#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using testing::PostgresBody;
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

// Another program that serves the same database, and looks for a new key only when it has to.
class Replica {
 public:
  Replica(const std::string& url, const KeyText& key, const KeyText& next, const Clock& clock)
      : database_(Database::Open(url, {}).value()),
        keys_(Keys::Open(*database_, key, ListOf(next), clock).value()),
        desk_(*database_, *keys_, clock) {}

  Desk& desk() { return desk_; }

 private:
  static std::vector<KeyText> ListOf(const KeyText& key) {
    std::vector<KeyText> keys;
    keys.push_back(key.Clone());
    return keys;
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<Keys> keys_;
  Desk desk_;
};

TEST_P(KeyRotationTest, AReplicaThatHasNotHeardOfTheNewKeyServesWhatItHasWrapped) {
  MakeAttached("before");
  KeyText key = RawKey('1');
  for (const std::string& text : {std::string(64, '2'), std::string("correct horse battery")}) {
    KeyText next = KeyText::Parse(text).value();
    Replica replica(files_.url(), key, next, clock_);
    ASSERT_TRUE(ActivateMasterKey(*desk_, next).ok());
    const std::string id = keys_->ring()->active().id();
    MakeAttached("after-" + id);
    const std::string org = CreateOrg(*desk_, "org-" + id).value();
    EXPECT_TRUE(Grants(replica.desk()).Create(Runner(), Ask({"before", "after-" + id})).ok());
    EXPECT_TRUE(VerifyAudit(replica.desk(), org).ok());
    RewrapAll();
    key = std::move(next);
  }
}

// Or it would be out of reach once the old key is retired.
TEST_P(KeyRotationTest, NothingIsWrappedByAKeyThatHasBeenSuperseded) {
  Replica replica(files_.url(), RawKey('1'), RawKey('2'), clock_);
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  RewrapAll();
  Connections late(replica.desk());
  const std::string id = late.Create(Admin(), PostgresBody("late")).value().id;
  ASSERT_TRUE(late.Patch(Admin(), id, 1, testing::Json(R"({"config":{"host":"other"}})")).ok());
  ASSERT_TRUE(CreateOrg(replica.desk(), "late").ok());
  EXPECT_TRUE(CanBeOpened(RawKey('2'), {}));
  EXPECT_EQ(Number("SELECT count(*) FROM connection_versions WHERE key_id <> :1",
                   {keys_->ring()->active().id()}),
            0);
  EXPECT_EQ(Number("SELECT count(*) FROM orgs WHERE key_id <> :1", {keys_->ring()->active().id()}),
            0);
}

TEST_P(KeyRotationTest, AReplicaWithoutTheNewKeyServesWhatItCan) {
  MakeAttached("before");
  Replica replica(files_.url(), RawKey('1'), RawKey('3'), clock_);
  Grants its_grants(replica.desk());
  ASSERT_TRUE(its_grants.Create(Runner(), Ask({"before"})).ok());
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  MakeAttached("after");
  EXPECT_TRUE(its_grants.Create(Runner(), Ask({"before"})).ok());
  EXPECT_EQ(its_grants.Create(Runner(), Ask({"after"})).error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(Connections(replica.desk()).Create(Admin(), PostgresBody("no")).error().code(),
            ErrorCode::kUnavailable);
}

// What it sweeps may take longer than a program is believed to serve.
TEST_P(KeyRotationTest, ASweepKeepsNobodyFromTheNewKey) {
  std::promise<void> swept;
  const auto told = [waits = swept.get_future().share()](const DueCounts&) { waits.wait(); };
  Replica replica(files_.url(), RawKey('1'), RawKey('2'), clock_);
  const Housekeeper housekeeper(
      replica.desk(), {.key_interval = std::chrono::milliseconds(1)}, [](const Error&) {}, told);
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  const std::string next = keys_->ring()->active().id();
  ServingWatch watch(*desk_, next);
  EXPECT_EQ(watch.Look().value().all, 1);
  while (!watch.Look().value().hosts_without_key.empty()) std::this_thread::yield();
  swept.set_value();
}

TEST_P(KeyRotationTest, WhoLacksTheNewKeyIsWaitedForUntilItStandsStill) {
  Replica other(files_.url(), RawKey('1'), RawKey('3'), clock_);
  ServingProgram first(*desk_);
  ServingProgram second(other.desk());
  ASSERT_TRUE(first.Say().ok());
  ASSERT_TRUE(second.Say().ok());
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  ServingWatch watch(*desk_, keys_->ring()->active().id());
  const auto lacking = [&watch] { return watch.Look().value().hosts_without_key.size(); };
  EXPECT_EQ(lacking(), 2U) << "nobody has said so yet";
  ASSERT_TRUE(first.Say().ok());
  EXPECT_EQ(lacking(), 1U);
  for (int i = 0; i < 10; ++i) {
    clock_.Advance(std::chrono::seconds(10));
    ASSERT_TRUE(second.Say().ok());
    EXPECT_EQ(lacking(), 1U) << i;
  }
  clock_.Advance(std::chrono::seconds(29));
  EXPECT_EQ(lacking(), 1U);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(lacking(), 0U);
  EXPECT_EQ(lacking(), 0U) << "its row is there as before";
}

// Nobody could say anything meanwhile.
TEST_P(KeyRotationTest, AnOutageOfTheDatabaseIsNobodysEnd) {
  ServingProgram program(*desk_);
  ASSERT_TRUE(program.Say().ok());
  ServingWatch watch(*desk_, "another key");
  EXPECT_EQ(watch.Look().value().hosts_without_key.size(), 1U);
  Tamper("ALTER TABLE serving_programs RENAME TO away");
  clock_.Advance(std::chrono::minutes(5));
  EXPECT_FALSE(watch.Look().ok());
  Tamper("ALTER TABLE away RENAME TO serving_programs");
  EXPECT_EQ(watch.Look().value().hosts_without_key.size(), 1U);
  clock_.Advance(std::chrono::seconds(29));
  EXPECT_EQ(watch.Look().value().hosts_without_key.size(), 1U);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(watch.Look().value().hosts_without_key.size(), 0U);
}

// By a program whose clock is wrong: it comes again with the next word of the one that serves.
TEST_P(KeyRotationTest, ARowThatIsGoneIsNotAProgramThatIsGone) {
  ServingProgram program(*desk_);
  ASSERT_TRUE(program.Say().ok());
  ServingWatch watch(*desk_, "another key");
  EXPECT_EQ(watch.Look().value().hosts_without_key.size(), 1U);
  Tamper("DELETE FROM serving_programs");
  clock_.Advance(std::chrono::seconds(10));
  EXPECT_EQ(watch.Look().value().hosts_without_key.size(), 1U);
  ASSERT_TRUE(program.Say().ok());
  clock_.Advance(std::chrono::seconds(29));
  EXPECT_EQ(watch.Look().value().hosts_without_key.size(), 1U);
}

TEST_P(KeyRotationTest, IsNotReadyOnceAKeyThatItLacksWrapsAnything) {
  Replica replica(files_.url(), RawKey('1'), RawKey('3'), clock_);
  const auto suffices = [&] {
    return replica.desk().database().Read(
        [&](SqlSession& session) { return replica.desk().keys().CheckSuffice(session); });
  };
  EXPECT_TRUE(suffices().ok());
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  EXPECT_TRUE(suffices().ok()) << "it opens all that there is";
  MakeConnection("new");
  EXPECT_EQ(suffices().error().code(), ErrorCode::kUnavailable);
}

TEST_P(KeyRotationTest, EveryKeyIsRemembered) {
  MakeAttached("main");
  const std::string first = keys_->ring()->active().id();
  clock_.Advance(std::chrono::hours(1));
  ASSERT_TRUE(ActivateMasterKey(*desk_, RawKey('2')).ok());
  const auto history = [&] {
    return database_->Read<std::vector<KeyHistory>>(ReadKeyHistory).value();
  };
  const std::vector<KeyHistory> during = history();
  ASSERT_EQ(during.size(), 2U);
  EXPECT_EQ(during[0].state, "active");
  EXPECT_EQ(during[0].wrapped, 0);
  EXPECT_EQ(during[1].state, "previous");
  EXPECT_EQ(during[1].wrapped, 4) << "three orgs, one version";
  RewrapAll();
  const std::vector<KeyHistory> after = history();
  EXPECT_EQ(after[0].wrapped, 4);
  EXPECT_EQ(after[1].id, first);
  EXPECT_EQ(after[1].state, "retired");
  EXPECT_EQ(after[1].wrapped, 0);
  EXPECT_EQ(after[1].retired_at, clock_.Now());
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
