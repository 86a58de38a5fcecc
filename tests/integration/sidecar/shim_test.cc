// The real runner-shim at the real sidecar: what reaches a running job, and what a sidecar that
// dies costs it.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/integration/sidecar/sidecar_program.h"
#include "tests/support/canary.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

// As Job(), `count` times at once, each with its output in out.N and err.N; the numbers of those
// that fail come into `failed`.
ProgramRun AtOnce(std::size_t count, ProgramRun run) {
  run.argv.insert(run.argv.begin(), {"bash", "-c", R"sh(
      for i in $(seq "$0"); do { "$@" >out.$i 2>err.$i || echo $i >>failed; } & done; wait)sh",
                                     std::to_string(count)});
  return run;
}

// SIDECAR_JOBS=N in the environment: so many.
std::size_t JobsAtOnce() {
  const char* given = std::getenv("SIDECAR_JOBS");
  return given == nullptr ? 40 : static_cast<std::size_t>(std::atoi(given));
}

// None ends before the last has begun: what the first has fetched serves them all.
TEST_F(ShimAtSidecarTest, ManyJobsAtOnceFetchOnceAndAreEachOnRecord) {
  const std::size_t jobs_at_once = JobsAtOnce();
  SidecarProgram sidecar = Start({"--fetch-timeout", "10m"});
  directory_.Write("expected", kFirstSecret);
  ASSERT_EQ(::mkfifo((directory_ / "go").c_str(), 0600), 0);
  const UniqueFd gate(::open((directory_ / "go").c_str(), O_RDWR | O_CLOEXEC));
  RunningProgram jobs(AtOnce(jobs_at_once, Job({"--fetch-timeout", "10m"}, R"sh(
      echo "$AWS_SECRET_ACCESS_KEY"; [ "$AWS_SECRET_ACCESS_KEY" = "$(<expected)" ] || exit 3
      read -r word <go)sh")));
  const auto has_failed = [this] { return std::filesystem::exists(directory_ / "failed"); };
  while (Recorded("grant.use") < jobs_at_once && !has_failed()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(Recorded("grant.release"), 0U);
  const std::string lines(jobs_at_once, '\n');
  ASSERT_EQ(::write(gate.get(), lines.data(), lines.size()), static_cast<ssize_t>(jobs_at_once));
  jobs.Wait();
  ASSERT_FALSE(has_failed()) << directory_.Read("failed");
  for (std::size_t i = 1; i <= jobs_at_once; ++i) {
    EXPECT_EQ(directory_.Read("out." + std::to_string(i)), "***\n") << i;
    EXPECT_EQ(directory_.Read("err." + std::to_string(i)), "") << i;
  }
  AwaitRecorded("grant.release", 1);
  EXPECT_EQ(Recorded("grant.create"), 1U);
  EXPECT_EQ(Recorded("grant.use"), jobs_at_once);
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

// Beside @aws.main a connection whose password is in a netrc file.
class FileAtSidecarTest : public ShimAtSidecarTest {
 protected:
  FileAtSidecarTest() {
    id_ = admin_
              .Post("/api/v1/service-connections",
                    R"({"name":"api","type":"http","config":)" + ConfigOf(kFirstSecret) + "}")
              .At({"id"});
    EXPECT_EQ(
        admin_.Post("/api/v1/repos/web/service-connections", R"({"connectionId":")" + id_ + "\"}")
            .status,
        201);
  }
  void ChangePassword() {
    const Reply changed =
        admin_.Send("PATCH", "/api/v1/service-connections/" + id_,
                    R"({"config":)" + ConfigOf(kSecondSecret) + "}", {{"If-Match", "\"1\""}});
    EXPECT_EQ(changed.status, 200) << changed.body;
  }

 private:
  static std::string ConfigOf(std::string_view password) {
    return R"({"host":"api.example.com","login":"ci","password":")" + std::string(password) + "\"}";
  }

  std::string id_;
};

TEST_F(FileAtSidecarTest, ASignalTellsTheJobThatItsFileIsNew) {
  SidecarProgram sidecar = Start();
  RunningProgram job(Job({"-c", "@http.api", "--on-rotate", "signal:USR1"}, R"sh(
      trap 'grep -o "password .*" "$NETRC"; cmp -s "$NETRC" old || exit 4' USR1
      cp "$NETRC" old; echo ready; while :; do sleep 0.02; done)sh"));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  ChangePassword();
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 4) << ended.err;
  EXPECT_EQ(ended.out, "ready\npassword ***\n") << "one run, one signal, nothing that is readable";
}

TEST_F(FileAtSidecarTest, WithoutASignalTheFileIsNewAndMaskedAllTheSame) {
  SidecarProgram sidecar = Start();
  RunningProgram job(Job({"-c", "@http.api", "--on-rotate", "none"}, R"sh(
      trap 'exit 9' HUP USR1 USR2 TERM
      cp "$NETRC" old; echo ready; while cmp -s "$NETRC" old; do :; done; cat "$NETRC" old; exit 6)sh"));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  ChangePassword();
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 6) << ended.err;
  EXPECT_EQ(ended.out.find("ready"), ended.out.rfind("ready"));
  EXPECT_THAT(ended.out, HasSubstr("password ***"));
  for (const std::string_view secret : {kFirstSecret, kSecondSecret}) {
    EXPECT_THAT(ExposedForms(secret, ended.out + ended.err + sidecar.Log()), IsEmpty());
  }
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
