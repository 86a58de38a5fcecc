// What many jobs share, and what happens to it when the service is away or of another mind.

#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "tests/integration/sidecar/sidecar_program.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(SidecarTest, FetchesOnceForTwoHundredJobsAndRecordsEachOfThem) {
  SidecarProgram sidecar = Start();
  constexpr std::size_t kJobs = 200;
  std::atomic<std::size_t> served = 0;
  {
    std::vector<std::jthread> jobs;
    for (std::size_t i = 0; i < kJobs; ++i) {
      jobs.emplace_back([&] {
        const Reply grant = Job().Post("/v1/grants", kMainGrant);
        if (grant.status == 201 && grant.body.find(kFirstSecret) != std::string::npos) ++served;
      });
    }
  }
  EXPECT_EQ(served, kJobs);
  AwaitRecorded("grant.use", kJobs);
  EXPECT_EQ(Recorded("grant.use"), kJobs);
  EXPECT_EQ(Recorded("grant.create"), 1U);
}

TEST_F(SidecarTest, GivesTheServicesLeaseBackWithTheLastJob) {
  SidecarProgram sidecar = Start();
  JobClient job = Job();
  const HeldGrant one(job.Post("/v1/grants", kMainGrant));
  const HeldGrant two(job.Post("/v1/grants", kMainGrant));
  EXPECT_EQ(job.Delete(one.Path(), one.proof).status, 204);
  EXPECT_EQ(Recorded("grant.release"), 0U);
  EXPECT_EQ(
      job.Send("DELETE", "http://sidecar" + two.Path(), R"({"maskedRuns":3})", two.proof).status,
      204);
  AwaitRecorded("grant.release", 1);
  EXPECT_EQ(Recorded("grant.use"), 2U) << "reported before the lease was given back";
  EXPECT_THAT(job.Get("/metrics").body, HasSubstr("injector_sidecar_masked_runs_total 3"));
}

TEST_F(OutageTest, StartsJobsFromTheCacheWhileTheServiceIsAway) {
  SidecarProgram sidecar = Start({"--freshness", "0", "--check-timeout", "200ms"});
  JobClient job = Job();
  const HeldGrant running(job.Post("/v1/grants", kMainGrant));
  SuspendService();
  const Reply started = job.Post("/v1/grants", kMainGrant);
  EXPECT_EQ(started.status, 201) << started.body;
  EXPECT_THAT(started.body, HasSubstr(kFirstSecret));
  EXPECT_EQ(job.Post(running.Path("/renew"), "", running.proof).status, 200);
  EXPECT_THAT(job.Get("/metrics").body,
              HasSubstr(R"(injector_sidecar_grants_total{origin="cache_service_down"} 1)"));
  world_.program().process().Signal(SIGCONT);
  AwaitRecorded("grant.use", 2);
}

TEST_F(SidecarTest, SaysWhenToComeBackWhenThereIsNothingToGiveOut) {
  SidecarProgram sidecar(socket_, {"--service", "http://127.0.0.1:1", "--token-file", token_file_,
                                   "--fetch-timeout", "1ms"});
  const Reply refused = Job().Post("/v1/grants", kMainGrant);
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.Header("Retry-After"), "");
}

TEST_F(OutageTest, StartsJobsFromTheCacheWhenTheServiceWasKilled) {
  SidecarProgram sidecar = Start({"--freshness", "0"});
  JobClient job = Job();
  ASSERT_EQ(job.Post("/v1/grants", kMainGrant).status, 201);
  world_.program().process().Signal(SIGKILL);
  world_.program().process().Wait();
  EXPECT_EQ(job.Post("/v1/grants", kMainGrant).status, 201);
}

TEST_F(SidecarTest, GivesNothingOutOnceItsTokenIsRevoked) {
  SidecarProgram sidecar = Start({"--freshness", "0", "--check-timeout", "30s"});
  JobClient job = Job();
  ASSERT_EQ(job.Post("/v1/grants", kMainGrant).status, 201);
  EXPECT_EQ(job.Get("/readyz").status, 200);
  RevokeRunners();
  const Reply refused = job.Post("/v1/grants", kMainGrant);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.At({"error", "code"}), "unauthenticated");
  EXPECT_EQ(job.Get("/readyz").status, 503);
  EXPECT_THAT(job.Get("/metrics").body, HasSubstr("injector_sidecar_emptied_total 1"));
  // A token that comes into the file takes effect at once.
  directory_.Write("token", world_.Token(org_, {.role = Role::kRunner, .repos = {"web"}}));
  EXPECT_EQ(job.Post("/v1/grants", kMainGrant).status, 201);
  EXPECT_EQ(job.Get("/readyz").status, 200);
}

// What was refused is asked for again after a long pause, which nobody waits for at the end.
TEST_F(SidecarTest, StopsAtOnceAfterARefusal) {
  SidecarProgram sidecar = Start({"--freshness", "0", "--check-timeout", "30s"});
  JobClient job = Job();
  ASSERT_EQ(job.Post("/v1/grants", kMainGrant).status, 201);
  AwaitRecorded("grant.use", 1);
  RevokeRunners();
  EXPECT_EQ(job.Post("/v1/grants", kMainGrant).status, 403);
  sidecar.process().Signal(SIGTERM);
  EXPECT_EQ(sidecar.process().Wait(), 0);
  EXPECT_THAT(sidecar.Log(), Not(HasSubstr("stopping.unfinished")));
}

TEST_F(SidecarTest, HandsOutNoMoreThanItWasTold) {
  SidecarProgram sidecar = Start({"--allow", "@aws.main,var.REGION"});
  JobClient job = Job();
  const Reply refused = job.Post("/v1/grants", R"({"connections":["@aws.other"]})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.At({"error", "code"}), "not_granted");
  const Reply all = job.Post("/v1/grants", R"({"attached":true})");
  EXPECT_EQ(all.status, 201);
  EXPECT_THAT(all.body, HasSubstr(kFirstSecret));
  EXPECT_THAT(all.body, HasSubstr("eu-central-1"));
  EXPECT_EQ(all.body.find("canary-other"), std::string::npos);
}

TEST_F(SidecarTest, BringsARotationToTheJobAndToItsEndpoint) {
  SidecarProgram sidecar = Start({"--endpoint-listen", "127.0.0.1:0", "--mask-wait", "1ms"});
  JobClient job = Job();
  const Reply granted = job.Post("/v1/grants", kMainGrant);
  const HeldGrant grant(granted);
  JobClient sdk("");
  const std::string url = granted.At({"endpoint", "url"}) + "/aws/main";
  const Headers token = {{"Authorization", granted.At({"endpoint", "token"})}};
  EXPECT_EQ(sdk.Send("GET", url, "", token).status, 503) << "not masked yet";
  EXPECT_EQ(job.Get(grant.Path("/changes?after=1"), grant.proof).status, 200);
  EXPECT_EQ(sdk.Send("GET", url, "", token).At({"SecretAccessKey"}), kFirstSecret);

  Rotate(kSecondSecret, 1);
  const Reply changes = job.Get(grant.Path("/changes?after=1&wait=25"), grant.proof);
  EXPECT_EQ(changes.At({"revision"}), "2") << changes.body;
  EXPECT_EQ(changes.body.find(kSecondSecret), std::string::npos);
  EXPECT_EQ(sdk.Send("GET", url, "", token).status, 503) << "told, and not masked";
  const Reply renewed = job.Post(grant.Path("/renew"), "", grant.proof);
  EXPECT_THAT(renewed.body, HasSubstr(kSecondSecret));
  EXPECT_EQ(sdk.Send("GET", url, "", token).status, 503) << "given, and not masked";
  const std::string after = "/changes?after=" + renewed.At({"revision"});
  EXPECT_EQ(job.Get(grant.Path(after), grant.proof).status, 200);
  EXPECT_EQ(sdk.Send("GET", url, "", token).At({"SecretAccessKey"}), kSecondSecret);
  // Neither token opens the other's door.
  EXPECT_EQ(sdk.Send("GET", url, "", {{"Authorization", "no-such-token"}}).status, 401);
  EXPECT_EQ(job.Get("/v1/credentials/aws/main", token).status, 404);
  EXPECT_EQ(sdk.Send("POST", sidecar.urls()[0] + "/v1/grants", kMainGrant).status, 404);
}

}  // namespace
}  // namespace injector::testing
