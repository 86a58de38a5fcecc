// What jobs get, and what their shims must have done before.

#include "injector/sidecar/broker.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "fake_world.h"

namespace injector::sidecar {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uid_t kUser = 1000;

class BrokerTest : public ::testing::Test {
 protected:
  BrokerTest() { world_.limits.mask_wait = std::chrono::milliseconds(0); }

  Broker::Grant Open(const Holder& holder = {.uid = kUser}) {
    return broker_.Open(Wanting("@aws.main"), holder, {}).value();
  }
  static Proof ProofOf(const Broker::Grant& grant, const Holder& holder = {.uid = kUser}) {
    return {.id = grant.ticket.id, .secret = grant.ticket.secret.Clone(), .holder = holder};
  }
  // The service has a new value, and the cache knows.
  void Rotate(const std::string& key) {
    world_.service.Set("main", key);
    ASSERT_TRUE(world_.Tend(world_.kept.front(), std::chrono::milliseconds(1)));
  }
  Result<JobChanges> Changes(const Broker::Grant& grant, std::int64_t after) {
    return broker_.Changes(ProofOf(grant), after, Limits::Time(0), {});
  }
  ErrorCode AwsError(const Broker::Grant& grant) {
    const auto got = broker_.AwsConnection(grant.endpoint_token.Reveal(), "main", {});
    return got.ok() ? ErrorCode::kInternal : got.error().code();
  }

  FakeWorld world_;
  Broker broker_{*world_.cache, world_.clock, world_.limits, Broker::Unmasked::kRefused};
};

TEST(LimitsTest, AreThoseThatThePagesPromise) {
  const Limits limits;
  EXPECT_EQ(limits.freshness, seconds(5));
  EXPECT_EQ(limits.lease_life, minutes(15));
  EXPECT_EQ(limits.dead_job_grace, seconds(30));
  EXPECT_EQ(limits.mask_wait, seconds(5));
  EXPECT_EQ(limits.check_time, seconds(2));
  EXPECT_LE(limits.poll_wait + limits.use_delay, seconds(30)) << "a change reaches jobs in 30 s";
  EXPECT_LT(limits.use_delay, seconds(1));
}

TEST_F(BrokerTest, GivesEachJobALeaseOfItsOwn) {
  const Broker::Grant one = Open();
  const Broker::Grant two = Open();
  EXPECT_NE(one.ticket.id, two.ticket.id);
  EXPECT_FALSE(one.ticket.secret == two.ticket.secret);
  EXPECT_EQ(one.revision, 1);
  EXPECT_EQ(broker_.job_count(), 2U);
  EXPECT_EQ(world_.service.CallsOf("create"), 1U);
}

struct StrangerRow {
  const char* name;
  bool other_id;
  bool other_secret;
  std::optional<uid_t> uid;
};

class StrangerTest : public BrokerTest, public ::testing::WithParamInterface<StrangerRow> {};

TEST_P(StrangerTest, CannotUseTheLease) {
  const StrangerRow& row = GetParam();
  const Broker::Grant mine = Open();
  const Broker::Grant theirs = Open({.uid = row.uid});
  const Proof proof{.id = row.other_id ? "no-such-lease" : mine.ticket.id,
                    .secret = (row.other_secret ? theirs : mine).ticket.secret.Clone(),
                    .holder = {.uid = row.uid}};
  EXPECT_EQ(broker_.Renew(proof).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(broker_.Changes(proof, 1, Limits::Time(0), {}).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(broker_.Close(proof).error().code(), ErrorCode::kNotFound);
  EXPECT_TRUE(broker_.Renew(ProofOf(mine)).ok());
}

INSTANTIATE_TEST_SUITE_P(Rows, StrangerTest,
                         ::testing::Values(StrangerRow{"wrong_id", true, false, kUser},
                                           StrangerRow{"wrong_secret", false, true, kUser},
                                           StrangerRow{"wrong_user", false, false, kUser + 1},
                                           StrangerRow{"over_tcp", false, false, std::nullopt}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(BrokerTest, SaysWhatHasChangedAndHandsItOutOnce) {
  const Broker::Grant grant = Open();
  EXPECT_TRUE(Changes(grant, 1)->empty());
  Rotate("second-secret-key");
  const auto changes = Changes(grant, 1);
  ASSERT_TRUE(changes.ok());
  EXPECT_EQ(changes->revision, 2);
  ASSERT_THAT(changes->changed.connections, SizeIs(1));
  EXPECT_EQ(changes->changed.connections[0].name.Full(), "@aws.main");
  EXPECT_EQ(changes->changed.connections[0].version, 2U);
  const auto renewal = broker_.Renew(ProofOf(grant));
  EXPECT_EQ(renewal->revision, 3);
  ASSERT_THAT(renewal->connections, SizeIs(1));
  EXPECT_EQ(renewal->connections[0].FieldNamed("secret_access_key")->value.string().Reveal(),
            "second-secret-key");
  EXPECT_TRUE(Changes(grant, 3)->empty());
  EXPECT_THAT(broker_.Renew(ProofOf(grant))->connections, IsEmpty());
}

// What the answer of a renewal held is the job's once it says so, and not before: it may be lost.
TEST_F(BrokerTest, HandsOutAgainWhatWasLostOnItsWay) {
  const Broker::Grant grant = Open();
  ASSERT_TRUE(Changes(grant, 1).ok());
  Rotate("second-secret-key");
  ASSERT_FALSE(Changes(grant, 1)->empty());
  ASSERT_TRUE(broker_.Renew(ProofOf(grant)).ok());  // nobody sees this answer
  EXPECT_FALSE(Changes(grant, 1)->empty());
  const auto again = broker_.Renew(ProofOf(grant));
  ASSERT_THAT(again->connections, SizeIs(1));
  EXPECT_EQ(again->connections[0].FieldNamed("secret_access_key")->value.string().Reveal(),
            "second-secret-key");
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
  EXPECT_TRUE(Changes(grant, again->revision)->empty());
  EXPECT_TRUE(broker_.AwsConnection(grant.endpoint_token.Reveal(), "main", {}).ok());
}

// Every number that a holder hears of before the value is one by which it cannot vouch for it.
TEST_F(BrokerTest, TakesNoAcknowledgementFromAHolderThatHasOnlyBeenTold) {
  const Broker::Grant grant = Open();
  ASSERT_TRUE(Changes(grant, 1).ok());
  Rotate("second-secret-key");
  const std::int64_t told = Changes(grant, 1)->revision;
  ASSERT_TRUE(broker_.Renew(ProofOf(grant)).ok());  // lost
  ASSERT_TRUE(Changes(grant, told).ok());
  const std::int64_t told_again = Changes(grant, 1)->revision;
  ASSERT_TRUE(Changes(grant, told_again).ok());
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
}

TEST_F(BrokerTest, VouchesForNothingWhileThereIsNothing) {
  const Broker::Grant grant = Open();
  ASSERT_TRUE(Changes(grant, 1).ok());
  Rotate("second-secret-key");
  ASSERT_TRUE(broker_.Renew(ProofOf(grant)).ok());  // lost
  world_.service.Fail(ErrorCode::kPermissionDenied);
  ASSERT_TRUE(world_.Tend(world_.kept.front(), std::chrono::milliseconds(1)));
  const auto nothing = broker_.Renew(ProofOf(grant));
  EXPECT_THAT(nothing->connections, IsEmpty());
  ASSERT_TRUE(Changes(grant, nothing->revision).ok());
  world_.service.Recover();
  ASSERT_TRUE(broker_.Open(Wanting("@aws.main"), {.uid = kUser}, {}).ok());
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
}

TEST_F(BrokerTest, TellsAHolderThatKnowsAlreadyNothingAgain) {
  const Broker::Grant grant = Open();
  Rotate("second-secret-key");
  EXPECT_FALSE(Changes(grant, 1)->empty());
  EXPECT_TRUE(Changes(grant, 2)->empty());
  Rotate("third-secret-key");
  EXPECT_FALSE(Changes(grant, 2)->empty());
}

TEST_F(BrokerTest, DoesNothingWhenOnlyTheVersionHasChanged) {
  const Broker::Grant grant = Open();
  Rotate("first-secret-key");
  EXPECT_TRUE(Changes(grant, 1)->empty());
}

TEST_F(BrokerTest, SaysWhatIsNoLongerTheirs) {
  const Broker::Grant grant = Open();
  world_.service.Remove("main");
  ASSERT_TRUE(world_.Tend(world_.kept.front(), std::chrono::milliseconds(1)));
  EXPECT_THAT(Changes(grant, 1)->removed.connections, SizeIs(1));
  EXPECT_THAT(broker_.Renew(ProofOf(grant))->removed.connections, SizeIs(1));
  EXPECT_THAT(broker_.Renew(ProofOf(grant))->removed.connections, SizeIs(1)) << "not acknowledged";
  EXPECT_TRUE(Changes(grant, 4)->empty());
  EXPECT_THAT(broker_.Renew(ProofOf(grant))->removed.connections, IsEmpty());
}

TEST_F(BrokerTest, RefusesARevisionThatThereHasNotBeen) {
  const Broker::Grant grant = Open();
  EXPECT_EQ(Changes(grant, 2).error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(BrokerTest, GivesCredentialsOnlyOnceTheyAreMasked) {
  const Broker::Grant grant = Open();
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
  ASSERT_TRUE(Changes(grant, 1).ok());
  EXPECT_TRUE(broker_.AwsConnection(grant.endpoint_token.Reveal(), "main", {}).ok());
  // A new value is not the one that was masked, and telling its name masks nothing.
  Rotate("second-secret-key");
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
  ASSERT_TRUE(Changes(grant, 1).ok());
  ASSERT_TRUE(Changes(grant, 2).ok());
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
  const auto renewal = broker_.Renew(ProofOf(grant));
  ASSERT_TRUE(renewal.ok());
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
  ASSERT_TRUE(Changes(grant, renewal->revision).ok());
  const auto given = broker_.AwsConnection(grant.endpoint_token.Reveal(), "main", {});
  ASSERT_TRUE(given.ok());
  EXPECT_EQ(given->FieldNamed("secret_access_key")->value.string().Reveal(), "second-secret-key");
}

TEST_F(BrokerTest, AcknowledgesNoMoreThanWasHandedOut) {
  const Broker::Grant grant = Open();
  Rotate("second-secret-key");
  ASSERT_FALSE(Changes(grant, 1)->empty());
  ASSERT_TRUE(Changes(grant, 2).ok());  // ahead of the renewal
  ASSERT_TRUE(broker_.Renew(ProofOf(grant)).ok());
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
}

// A question that waits was asked before the renewal: its end says nothing of that one's answer.
TEST_F(BrokerTest, AQuestionThatWaitsAcknowledgesOnceAlone) {
  const Broker::Grant grant = Open();
  Rotate("second-secret-key");
  const std::int64_t told = Changes(grant, 1)->revision;
  {
    const std::jthread poll([&](const std::stop_token& stop) {
      const auto changes = broker_.Changes(ProofOf(grant), told, seconds(25), stop);
      EXPECT_TRUE(changes.ok());
    });
    while (broker_.waiting() == 0) std::this_thread::yield();
    ASSERT_TRUE(broker_.Renew(ProofOf(grant)).ok());
    // Ends the wait.
    Rotate("third-secret-key");
    Rotate("second-secret-key");
  }
  EXPECT_EQ(AwsError(grant), ErrorCode::kUnavailable);
}

TEST_F(BrokerTest, OpensEndpointsToTheirTokenAlone) {
  const Broker::Grant mine = Open();
  const Broker::Grant other = Open();
  ASSERT_TRUE(Changes(mine, 1).ok());
  const std::string token(mine.endpoint_token.Reveal());
  const std::string mixed =
      mine.ticket.id + std::string(other.endpoint_token.Reveal()).substr(other.ticket.id.size());
  for (const std::string& wrong :
       {std::string(), std::string("."), mine.ticket.id, mine.ticket.id + ".", token + "0",
        token.substr(0, token.size() - 1), mixed, std::string(mine.ticket.secret.Reveal()),
        mine.ticket.id + "." + std::string(mine.ticket.secret.Reveal())}) {
    EXPECT_EQ(broker_.AwsConnection(wrong, "main", {}).error().code(), ErrorCode::kUnauthenticated);
  }
  EXPECT_EQ(broker_.AwsConnection(token, "other", {}).error().code(), ErrorCode::kNotFound);
  // And the token is no lease's secret.
  const Proof proof{
      .id = mine.ticket.id, .secret = Secret::CopyOf(token), .holder = {.uid = kUser}};
  EXPECT_FALSE(broker_.Renew(proof).ok());
}

TEST_F(BrokerTest, GivesCredentialsWithoutAShimIfToldTo) {
  Broker broker(*world_.cache, world_.clock, world_.limits, Broker::Unmasked::kAllowed);
  const auto grant = broker.Open(Wanting("@aws.main"), {.uid = kUser}, {});
  EXPECT_TRUE(broker.AwsConnection(grant->endpoint_token.Reveal(), "main", {}).ok());
}

TEST_F(BrokerTest, RecordsEveryHandOut) {
  const Broker::Grant grant = Open();
  Open();
  Rotate("second-secret-key");
  ASSERT_TRUE(broker_.Renew(ProofOf(grant)).ok());
  ASSERT_TRUE(Changes(grant, 2).ok());
  ASSERT_TRUE(broker_.Renew(ProofOf(grant)).ok());  // nothing new
  ASSERT_TRUE(broker_.AwsConnection(grant.endpoint_token.Reveal(), "main", {}).ok());
  ASSERT_TRUE(world_.cache->ReportUses({}));
  EXPECT_EQ(world_.service.uses(), 4U);
}

TEST_F(BrokerTest, EndsALeaseThatNobodyUses) {
  const Broker::Grant used = Open();
  const Broker::Grant unused = Open();
  for (int i = 0; i < 15; ++i) {
    world_.clock.Pass(minutes(1));
    ASSERT_TRUE(broker_.Renew(ProofOf(used)).ok());
    broker_.EndExpired();
  }
  EXPECT_EQ(broker_.job_count(), 1U);
  EXPECT_FALSE(broker_.Renew(ProofOf(unused)).ok());
}

TEST_F(BrokerTest, NoticesThatAHolderHasDied) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  const Holder holder{.uid = kUser, .pid = child};
  const Broker::Grant grant = Open(holder);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  world_.clock.Pass(seconds(29));
  broker_.EndExpired();
  EXPECT_EQ(broker_.job_count(), 1U);
  world_.clock.Pass(seconds(1));
  broker_.EndExpired();
  EXPECT_EQ(broker_.job_count(), 0U);
  ASSERT_TRUE(world_.cache->ReportUses({}));
  EXPECT_FALSE(world_.Tend(world_.kept.front(), seconds(1))) << "the last job has gone";
}

TEST_F(BrokerTest, KeepsTheLeaseOfAHolderThatLives) {
  Open({.uid = kUser, .pid = ::getpid()});
  world_.clock.Pass(minutes(14));
  broker_.EndExpired();
  EXPECT_EQ(broker_.job_count(), 1U);
}

TEST_F(BrokerTest, HasRoomForSoManyJobs) {
  world_.limits.job_leases = 1;
  const Broker::Grant grant = Open();
  EXPECT_EQ(broker_.Open(Wanting("@aws.main"), {.uid = kUser}, {}).error().code(),
            ErrorCode::kUnavailable);
  ASSERT_TRUE(broker_.Close(ProofOf(grant)).ok());
  EXPECT_TRUE(broker_.Open(Wanting("@aws.main"), {.uid = kUser}, {}).ok());
}

}  // namespace
}  // namespace injector::sidecar
