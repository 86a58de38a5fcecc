// What is asked of the service, what is given out from the cache, and until when: with a service
// and a clock of the test's own.

#include "injector/sidecar/lease_cache.h"

#include <gmock/gmock.h>

#include <thread>

#include "fake_world.h"

namespace injector::sidecar {
namespace {

using Origin = LeaseCache::Origin;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;

TEST(LeaseCacheTest, AsksOnceForAllJobsWithOneRequest) {
  FakeWorld world;
  const auto first = world.Acquire();
  const auto second = world.Acquire();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->origin, Origin::kService);
  EXPECT_EQ(second->origin, Origin::kCache);
  EXPECT_EQ(first->contents, second->contents);
  EXPECT_THAT(world.service.calls, ElementsAre("create"));
  EXPECT_EQ(world.kept.size(), 1U);
}

TEST(LeaseCacheTest, AsksOnceForJobsThatComeWhileItAsks) {
  FakeWorld world;
  constexpr std::size_t kJobs = 20;
  std::atomic<std::size_t> begun = 0;
  std::vector<std::jthread> jobs;
  std::atomic<std::size_t> served = 0;
  const auto serve = [&] {
    ++begun;
    if (world.Acquire().ok()) ++served;
  };
  world.service.during_create = [&] {
    for (std::size_t i = 0; i < kJobs; ++i) jobs.emplace_back(serve);
    while (begun < kJobs) std::this_thread::yield();
  };
  ASSERT_TRUE(world.Acquire().ok());
  jobs.clear();
  EXPECT_EQ(served, kJobs);
  EXPECT_EQ(world.service.CallsOf("create"), 1U);
}

TEST(LeaseCacheTest, KeepsDifferentRequestsApart) {
  FakeWorld world;
  world.service.Set("other", "other-secret-key");
  const auto main = world.Acquire("@aws.main");
  const auto other = world.Acquire("@aws.other");
  ASSERT_TRUE(main.ok() && other.ok());
  EXPECT_EQ(KeyIn(*main->contents), "first-secret-key");
  EXPECT_EQ(KeyIn(*other->contents), "other-secret-key");
}

TEST(LeaseCacheTest, AsksAgainWhenTheServicesWordIsOld) {
  FakeWorld world;
  ASSERT_TRUE(world.Acquire().ok());
  world.clock.Pass(world.limits.freshness);
  EXPECT_EQ(world.Acquire()->origin, Origin::kCache);
  world.clock.Pass(milliseconds(1));
  EXPECT_EQ(world.Acquire()->origin, Origin::kService);
  EXPECT_THAT(world.service.calls, ElementsAre("create", "check"));
}

TEST(LeaseCacheTest, HandsOutTheNewValueToAJobThatComesBeforeTheKeeperKnows) {
  FakeWorld world;
  ASSERT_TRUE(world.Acquire().ok());
  world.service.Set("main", "second-secret-key");
  world.clock.Pass(seconds(6));
  const auto lent = world.Acquire();
  ASSERT_TRUE(lent.ok());
  EXPECT_EQ(KeyIn(*lent->contents), "second-secret-key");
  EXPECT_THAT(world.service.calls, ElementsAre("create", "check", "renew"));
}

struct FailureRow {
  const char* name;
  ErrorCode code;
  bool served;   // a job that comes then
  bool emptied;  // what is cached
};

class FailureTest : public ::testing::TestWithParam<FailureRow> {};

TEST_P(FailureTest, DecidesWhatTheCacheMayDo) {
  const FailureRow& row = GetParam();
  FakeWorld world;
  const auto lent = world.Acquire();
  ASSERT_TRUE(lent.ok());
  world.clock.Pass(seconds(6));
  world.service.Fail(row.code);
  const auto job = world.Acquire();
  EXPECT_EQ(job.ok(), row.served);
  if (job.ok()) {
    EXPECT_EQ(job->origin, Origin::kCacheServiceDown);
  }
  EXPECT_EQ(world.cache->Look(lent->lease).contents == nullptr, row.emptied);
  EXPECT_EQ(world.events.emptied, row.emptied ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FailureTest,
    ::testing::Values(FailureRow{"unavailable", ErrorCode::kUnavailable, true, false},
                      FailureRow{"time_out", ErrorCode::kDeadlineExceeded, true, false},
                      FailureRow{"unauthorised", ErrorCode::kUnauthenticated, false, true},
                      FailureRow{"refused", ErrorCode::kPermissionDenied, false, true},
                      FailureRow{"gone", ErrorCode::kNotFound, false, true},
                      FailureRow{"bad_answer", ErrorCode::kDataLoss, false, false},
                      FailureRow{"ours", ErrorCode::kFailedPrecondition, false, false}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(LeaseCacheTest, GivesOutNothingOnceTheLeaseIsOverAndTheServiceDown) {
  FakeWorld world;
  ASSERT_TRUE(world.Acquire().ok());
  world.service.Fail(ErrorCode::kUnavailable);
  world.clock.Pass(world.service.life - seconds(1));
  EXPECT_TRUE(world.Acquire().ok());
  world.clock.Pass(seconds(1));
  const auto late = world.Acquire();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(FailureOf(late.error()), Failure::kUnavailable);
}

TEST(LeaseCacheTest, A401EmptiesWhateverTheIdentityHasGot) {
  FakeWorld world;
  world.service.Set("other", "other-secret-key");
  const auto main = world.Acquire("@aws.main");
  const auto other = world.Acquire("@aws.other");
  world.clock.Pass(seconds(6));
  world.service.Fail(ErrorCode::kUnauthenticated);
  EXPECT_FALSE(world.Acquire("@aws.main").ok());
  EXPECT_EQ(world.cache->Look(other->lease).contents, nullptr);
  EXPECT_TRUE(world.cache->Count().is_unauthorised);
  world.service.Recover();
  EXPECT_TRUE(world.Acquire("@aws.other").ok());
  EXPECT_FALSE(world.cache->Count().is_unauthorised);
}

TEST(LeaseCacheTest, ForgetsARequestThatWasRefused) {
  FakeWorld world;
  const auto refused = world.Acquire("@aws.nothing");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(FailureOf(refused.error()), Failure::kRefused);
  EXPECT_EQ(world.cache->Count().leases, 0U);
  world.service.Set("nothing", "now-there-is-one");
  EXPECT_TRUE(world.Acquire("@aws.nothing").ok());
}

TEST(LeaseCacheTest, GivesTheLeaseBackWithTheLastJob) {
  FakeWorld world;
  const auto first = world.Acquire();
  const auto second = world.Acquire();
  world.cache->Return(first->lease);
  EXPECT_TRUE(world.Tend(first->lease, seconds(30)));
  world.cache->Return(second->lease);
  EXPECT_FALSE(world.Tend(first->lease, seconds(30)));
  EXPECT_EQ(world.service.lease_count(), 0U);
  EXPECT_EQ(world.cache->Count().leases, 0U);
}

TEST(LeaseCacheTest, KeepsTheLeaseForALaterJobIfToldTo) {
  FakeWorld world;
  world.limits.linger = minutes(1);
  const auto lent = world.Acquire();
  world.cache->Return(lent->lease);
  EXPECT_TRUE(world.Tend(lent->lease, seconds(50)));
  EXPECT_FALSE(world.Tend(lent->lease, seconds(20)));
  EXPECT_EQ(world.service.lease_count(), 0U);
}

TEST(LeaseCacheTest, HoldsALeaseForADayAndMore) {
  FakeWorld world;
  const auto lent = world.Acquire();
  for (int i = 0; i < 30 * 60; ++i) {
    ASSERT_TRUE(world.Tend(lent->lease, minutes(1)));
    ASSERT_NE(world.cache->Look(lent->lease).contents, nullptr) << i;
  }
  EXPECT_EQ(world.events.failed, 0);
  EXPECT_EQ(world.events.changed, 0);
  // One for each of the longest lives; and the renewals between, at half of 15 minutes.
  EXPECT_EQ(world.service.CallsOf("create"), 2U);
  EXPECT_EQ(world.service.lease_count(), 1U);
  EXPECT_GT(world.service.CallsOf("renew"), 200U);
  EXPECT_LT(world.service.CallsOf("renew"), 320U);
}

TEST(LeaseCacheTest, SeesAChangeWithOnePoll) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.Set("main", "second-secret-key");
  ASSERT_TRUE(world.Tend(lent->lease, milliseconds(1)));
  EXPECT_EQ(KeyIn(*world.cache->Look(lent->lease).contents), "second-secret-key");
  EXPECT_EQ(world.events.changed, 1);
}

// What a renewal hands out it hands out once: the service takes us to have the new value.
TEST(LeaseCacheTest, AsksForANewGrantWhenARenewalWasLost) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.Set("main", "second-secret-key");
  world.service.LoseRenewals(true);
  ASSERT_TRUE(world.Tend(lent->lease, milliseconds(1)));
  EXPECT_EQ(KeyIn(*world.cache->Look(lent->lease).contents), "first-secret-key");
  ASSERT_TRUE(world.Tend(lent->lease, seconds(1)));
  EXPECT_EQ(KeyIn(*world.cache->Look(lent->lease).contents), "second-secret-key");
  EXPECT_EQ(world.service.lease_count(), 1U);
}

TEST(LeaseCacheTest, GivesAJobWhatALostRenewalHasBrought) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.Set("main", "second-secret-key");
  world.service.LoseRenewals(true);
  ASSERT_TRUE(world.Tend(lent->lease, milliseconds(1)));
  // However fresh the cache was: nobody knows what it is worth.
  const auto job = world.Acquire();
  ASSERT_TRUE(job.ok());
  EXPECT_EQ(KeyIn(*job->contents), "second-secret-key");
}

// Nothing new can have been handed out by who was not asked, or has declined.
TEST(LeaseCacheTest, GoesOnWithALeaseWhoseRenewalWasDeclined) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.Set("main", "second-secret-key");
  world.service.Fail(ErrorCode::kUnavailable);
  ASSERT_TRUE(world.Tend(lent->lease, minutes(10)));
  world.service.Recover();
  ASSERT_TRUE(world.Tend(lent->lease, seconds(30)));
  EXPECT_EQ(KeyIn(*world.cache->Look(lent->lease).contents), "second-secret-key");
  EXPECT_EQ(world.service.CallsOf("create"), 1U);
}

// A lease in doubt is one that jobs can begin with while the service is down.
TEST(LeaseCacheTest, KeepsNoJobWaitingOverALeaseInDoubt) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.Set("main", "second-secret-key");
  world.service.LoseRenewals(true);
  ASSERT_TRUE(world.Tend(lent->lease, milliseconds(1)));
  world.service.Fail(ErrorCode::kDeadlineExceeded);
  const auto job = world.Acquire();
  ASSERT_TRUE(job.ok());
  EXPECT_EQ(job->origin, Origin::kCacheServiceDown);
  EXPECT_EQ(world.service.calls.back(), "create");
  EXPECT_EQ(world.service.last_patience.tries, Patience::Tries::kOne);
  EXPECT_EQ(world.service.last_patience.deadline,
            world.clock.Monotonic() + world.limits.check_time);
}

TEST(LeaseCacheTest, TriesHardForAJobThatHasNothingToBeginWith) {
  FakeWorld world;
  world.service.Fail(ErrorCode::kUnavailable);
  EXPECT_FALSE(world.Acquire().ok());
  EXPECT_EQ(world.service.last_patience.tries, Patience::Tries::kMany);
  EXPECT_EQ(world.service.last_patience.deadline,
            world.clock.Monotonic() + world.limits.fetch_time);
}

// Two answers that say the same, and the one that comes second must not say "ask again".
TEST(LeaseCacheTest, SaysWhyWhenAnotherAnswerHasEmptiedTheCacheFirst) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.clock.Pass(seconds(6));
  world.service.Fail(ErrorCode::kUnauthenticated);
  world.service.during_check = [&] {
    world.cache->NoteUse(lent->lease, lent->contents->Names());
    EXPECT_FALSE(world.cache->ReportUses({}));
    EXPECT_EQ(world.cache->Look(lent->lease).contents, nullptr);
  };
  const auto job = world.Acquire();
  ASSERT_FALSE(job.ok());
  EXPECT_EQ(FailureOf(job.error()), Failure::kUnauthorised);
}

// After a refusal it pauses for long, and the end of the program does not wait for it.
TEST(LeaseCacheTest, WakesAKeeperWhenItsLeaseIsToBeGivenBack) {
  FakeWorld world;
  world.limits.linger = minutes(1);
  const auto lent = world.Acquire();
  world.service.Fail(ErrorCode::kPermissionDenied);
  ASSERT_TRUE(world.cache->Tend(lent->lease, {}));
  world.cache->Return(lent->lease);
  {
    const std::jthread keeper([&] { world.cache->AwaitStep(lent->lease, hours(1), {}); });
    world.cache->Close();
  }
  EXPECT_FALSE(world.Tend(lent->lease, milliseconds(1)));
}

TEST(LeaseCacheTest, DoesNotGatherUsesOnceItIsClosed) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.cache->NoteUse(lent->lease, lent->contents->Names());
  const std::jthread reporter([&] { world.cache->AwaitUses(hours(1), {}); });
  world.cache->Close();
}

TEST(LeaseCacheTest, GetsOverAnOutageThatIsLongerThanTheLease) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.Fail(ErrorCode::kUnavailable);
  ASSERT_TRUE(world.Tend(lent->lease, hours(1)));
  EXPECT_EQ(world.cache->Look(lent->lease).contents, nullptr);
  world.service.Recover();
  ASSERT_TRUE(world.Tend(lent->lease, seconds(30)));
  EXPECT_NE(world.cache->Look(lent->lease).contents, nullptr);
}

TEST(LeaseCacheTest, AsksRarelyWhileTheServiceIsDown) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.Fail(ErrorCode::kUnavailable);
  ASSERT_TRUE(world.Tend(lent->lease, minutes(5)));
  // 5 s apart, less the spread of a half of that.
  EXPECT_LT(world.service.calls.size(), 90U);
}

TEST(LeaseCacheTest, AsksCalmlyOneThatDoesNotWait) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.waits = false;
  ASSERT_TRUE(world.Tend(lent->lease, seconds(10)));
  EXPECT_EQ(world.service.CallsOf("poll"), 10U);
}

// As when the two clocks are far apart, and the service does not say how long it lends.
TEST(LeaseCacheTest, AsksCalmlyOneWhoseLeasesAreOverWhenTheyCome) {
  FakeWorld world;
  world.service.life = seconds(-1000);
  const auto lent = world.Acquire();
  ASSERT_TRUE(lent.ok());
  ASSERT_TRUE(world.Tend(lent->lease, minutes(5)));
  // 1, 2, 4, 8, 16 s and then 30 s apart.
  EXPECT_LT(world.service.CallsOf("create"), 16U);
  EXPECT_GT(world.service.CallsOf("create"), 8U);
}

TEST(LeaseCacheTest, AsksCalmlyOneThatKnowsNoneOfItsLeases) {
  FakeWorld world;
  const auto lent = world.Acquire();
  ASSERT_TRUE(lent.ok());
  const auto end = world.clock.passed() + minutes(5);
  while (world.clock.passed() < end) {
    world.service.EndLeases();
    ASSERT_TRUE(world.Tend(lent->lease, milliseconds(1)));
  }
  EXPECT_LT(world.service.CallsOf("create"), 16U);
}

TEST(LeaseCacheTest, AsksCalmlyOneThatAlwaysSpeaksOfChanges) {
  FakeWorld world;
  const auto lent = world.Acquire();
  ASSERT_TRUE(lent.ok());
  world.service.always_changed = true;
  ASSERT_TRUE(world.Tend(lent->lease, seconds(10)));
  EXPECT_LE(world.service.CallsOf("renew"), 11U);
}

TEST(LeaseCacheTest, TakesALeaseThatAnOperatorHasEndedForOver) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.service.EndLeases();
  world.service.Remove("main");
  ASSERT_TRUE(world.Tend(lent->lease, milliseconds(1)));
  EXPECT_EQ(world.cache->Look(lent->lease).contents, nullptr);
}

TEST(LeaseCacheTest, ReportsEveryUseOnce) {
  FakeWorld world;
  const auto lent = world.Acquire();
  constexpr std::size_t kUses = 5'000;
  for (std::size_t i = 0; i < kUses; ++i) {
    world.cache->NoteUse(lent->lease, lent->contents->Names());
  }
  EXPECT_EQ(world.cache->Count().uses, kUses);
  EXPECT_TRUE(world.cache->ReportUses({}));
  EXPECT_EQ(world.service.uses(), kUses);
  EXPECT_EQ(world.service.reports.size(), 3U);
  EXPECT_EQ(world.cache->Count().uses, 0U);
}

TEST(LeaseCacheTest, KeepsUsesWhileTheServiceIsDownUnderOneKey) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.cache->NoteUse(lent->lease, lent->contents->Names());
  world.service.Fail(ErrorCode::kUnavailable);
  EXPECT_FALSE(world.cache->ReportUses({}));
  world.cache->NoteUse(lent->lease, lent->contents->Names());
  EXPECT_FALSE(world.cache->ReportUses({}));
  world.service.Recover();
  EXPECT_TRUE(world.cache->ReportUses({}));
  EXPECT_EQ(world.service.uses(), 2U);
}

TEST(LeaseCacheTest, ReportsUsesOnTheNextLeaseWhenTheirsIsOver) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.cache->NoteUse(lent->lease, lent->contents->Names());
  world.cache->Return(lent->lease);
  world.service.Fail(ErrorCode::kUnavailable);
  // Nobody holds it any more, and its lease ends while the service is down.
  ASSERT_TRUE(world.Tend(lent->lease, hours(1)));
  world.service.Recover();
  ASSERT_TRUE(world.Tend(lent->lease, seconds(20)));
  EXPECT_TRUE(world.cache->ReportUses({}));
  EXPECT_EQ(world.service.uses(), 1U);
  EXPECT_FALSE(world.Tend(lent->lease, seconds(20)));
  EXPECT_EQ(world.events.lost, 0U);
}

TEST(LeaseCacheTest, CountsUsesThatNobodyTakesAsLost) {
  FakeWorld world;
  const auto lent = world.Acquire();
  world.cache->NoteUse(lent->lease, lent->contents->Names());
  world.cache->Return(lent->lease);
  world.service.EndLeases();
  world.service.Fail(ErrorCode::kUnauthenticated);
  world.cache->ReportUses({});
  EXPECT_FALSE(world.Tend(lent->lease, hours(1)));
  EXPECT_EQ(world.events.lost, 1U);
}

// The service refuses a report as a whole when one name of it is on the lease no more.
TEST(LeaseCacheTest, LosesNoUsesButThoseThatAreRefused) {
  FakeWorld world;
  world.service.Set("other", "other-secret-key");
  FetchRequest all;
  all.attached = Attached::kAll;
  const auto lent = world.cache->Acquire(all, {});
  for (int i = 0; i < 3; ++i) world.cache->NoteUse(lent->lease, lent->contents->Names());
  world.service.Remove("other");
  EXPECT_TRUE(world.cache->ReportUses({}));
  EXPECT_EQ(world.service.uses(), 3U);
  EXPECT_EQ(world.events.lost, 3U);
  // And then together again.
  world.service.Set("other", "another-secret-key");
  world.cache->NoteUse(lent->lease, lent->contents->Names());
  EXPECT_TRUE(world.cache->ReportUses({}));
  EXPECT_EQ(world.service.reports.back().names.connections.size(), 2U);
}

// What is broken between us and the service is no refusal.
TEST(LeaseCacheTest, KeepsUsesWhileTheServiceCannotBeAsked) {
  for (const ErrorCode code : {ErrorCode::kFailedPrecondition, ErrorCode::kDataLoss}) {
    FakeWorld world;
    const auto lent = world.Acquire();
    world.cache->NoteUse(lent->lease, lent->contents->Names());
    world.cache->Return(lent->lease);
    world.service.Fail(code);
    ASSERT_TRUE(world.Tend(lent->lease, hours(1)));
    world.service.Recover();
    ASSERT_TRUE(world.Tend(lent->lease, seconds(20)));
    EXPECT_TRUE(world.cache->ReportUses({}));
    EXPECT_EQ(world.service.uses(), 1U);
    EXPECT_EQ(world.events.lost, 0U);
  }
}

TEST(LeaseCacheTest, HandsOutNoMoreThanIsAllowed) {
  AllowList allow_list;
  ASSERT_TRUE(allow_list.Add("@aws.main").ok());
  FakeWorld world(std::move(allow_list));
  world.service.Set("other", "other-secret-key");
  EXPECT_TRUE(world.Acquire("@aws.main").ok());
  EXPECT_FALSE(world.Acquire("@aws.other").ok());
  // A bare name: the service says what it means.
  EXPECT_FALSE(world.Acquire("other").ok());
  FetchRequest all;
  all.attached = Attached::kAll;
  const auto lent = world.cache->Acquire(all, {});
  ASSERT_TRUE(lent.ok());
  EXPECT_EQ(lent->contents->connections().size(), 1U);
  EXPECT_EQ(KeyIn(*lent->contents), "first-secret-key");
  // And what was refused is not held.
  EXPECT_EQ(world.service.lease_count(), 2U);
}

}  // namespace
}  // namespace injector::sidecar
