// The real runner-shim at the real sidecar: what reaches a running job, and what a sidecar that
// dies costs it.

#include <gmock/gmock.h>

#include <csignal>

#include "tests/integration/sidecar/sidecar_program.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;

class ShimAtSidecarTest : public SidecarTest {
 protected:
  ProgramRun Job(std::vector<std::string> options, const std::string& script) const {
    std::vector<std::string> argv = {tests::ShimUnderTest(), "--source", "sidecar:" + socket_, "-c",
                                     "@aws.main"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {"--", "bash", "-c", script});
    return {.argv = std::move(argv),
            .environment = {"XDG_RUNTIME_DIR=" + directory_.path()},
            .stdin_bytes = "",
            .working_directory = directory_.path()};
  }

  // Says "new" once it is run with another secret than the first time.
  static constexpr char kUntilItIsNew[] = R"sh(
    [ -e seen ] && [ "$(cat seen)" != "$AWS_SECRET_ACCESS_KEY" ] &&
      { echo "new $AWS_SECRET_ACCESS_KEY"; exit 5; }
    printf %s "$AWS_SECRET_ACCESS_KEY" >seen; echo ready; while :; do sleep 0.02; done)sh";
};

TEST_F(ShimAtSidecarTest, ARotationReachesARunningJobMasked) {
  SidecarProgram sidecar = Start();
  RunningProgram job(Job({"--on-rotate", "restart"}, kUntilItIsNew));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  Rotate(kSecondSecret, 1);
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 5) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("new ***\n"));
  AwaitRecorded("grant.release", 1);
}

TEST_F(ShimAtSidecarTest, ASidecarThatIsKilledCostsARunningJobNothing) {
  SidecarProgram sidecar = Start();
  RunningProgram job(Job({"--on-rotate", "restart"}, kUntilItIsNew));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  sidecar.Kill();
  Rotate(kSecondSecret, 1);
  SidecarProgram started_anew = Start();
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 5) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("new ***\n"));
}

TEST_F(ShimAtSidecarTest, AnAwsToolGetsKeysAtTheEndpoint) {
  ASSERT_EQ(admin_
                .Send("PATCH", "/api/v1/service-connections/" + main_id_,
                      R"({"config":{"delivery":"endpoint"}})", {{"If-Match", "\"1\""}})
                .status,
            200);
  SidecarProgram sidecar = Start({"--endpoint-listen", "127.0.0.1:0"});
  const ProgramResult job = RunProgram(Job({}, R"sh(
    env | grep -c AWS_SECRET
    curl -sS -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" \
      "$AWS_CONTAINER_CREDENTIALS_FULL_URI")sh"));
  EXPECT_THAT(job.out, HasSubstr("0\n{\"AccessKeyId\":\"AKIAEXAMPLE\",\"SecretAccessKey\":\"***\""))
      << job.err;
}

TEST_F(ShimAtSidecarTest, AShimThatIsKilledLosesItsLease) {
  SidecarProgram sidecar = Start({"--dead-job-grace", "50ms"});
  RunningProgram job(Job({}, "echo ready; while :; do sleep 0.02; done"));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  job.Signal(SIGKILL);
  job.Wait();
  AwaitRecorded("grant.release", 1);
}

}  // namespace
}  // namespace injector::testing
