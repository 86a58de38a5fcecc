// Secret files: readable by the job's tools while it runs, gone afterwards, however it ends.

#include <signal.h>

#include <string>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/canary.h"

namespace injector::testing {
namespace {

constexpr char kSecret[] = "canary-c775e7b757ede630cd0a";

class PrivateFilesTest : public JobTest {
 protected:
  void SetUp() override {
    Add("registry", "docker",
        R"({"registry": "registry.example.com", "username": "robot", "password": ")" +
            std::string(kSecret) + R"("})");
  }
  // Starts a job that goes on until it is ended; waits until it runs.
  ProgramRun LongJob() const {
    return {.argv = {shim_path(), "-c", "registry", "--", "bash", "-c",
                     "test -s \"$DOCKER_CONFIG/config.json\" && echo ready $$; exec sleep 1000"},
            .environment = Environment(),
            .stdin_bytes = "",
            .working_directory = directory_.path()};
  }
};

TEST_F(PrivateFilesTest, AreReadableByTheRealTool) {
  const ProgramResult login =
      Shim({"-c", "registry", "--", "skopeo", "login", "--get-login", "registry.example.com"});
  EXPECT_EQ(login.exit_status, 0) << login.err;
  EXPECT_EQ(login.out, "robot\n");
}

TEST_F(PrivateFilesTest, HoldThePasswordThatTheLogDoesNot) {
  const ProgramResult job = Job({"-c", "registry"}, R"(
    grep -c auth "$DOCKER_CONFIG/config.json"; cat "$REGISTRY_AUTH_FILE"
    stat -c '%a' "$REGISTRY_AUTH_FILE" "$DOCKER_CONFIG")");
  EXPECT_EQ(ExposedForms(kSecret, job.out), std::vector<std::string>{});
  EXPECT_EQ(ExposedForms("robot:" + std::string(kSecret), job.out), std::vector<std::string>{});
  EXPECT_NE(job.out.find("600\n700\n"), std::string::npos) << job.out;
}

TEST_F(PrivateFilesTest, AreGoneAfterTheJob) {
  EXPECT_EQ(Job({"-c", "registry"}, "exit 3").exit_status, 3);
  EXPECT_EQ(PrivateDirectories(), 0U);
}

TEST_F(PrivateFilesTest, AreGoneAfterACommandThatIsNotThere) {
  EXPECT_EQ(Shim({"-c", "registry", "--", "no-such-command"}).exit_status, 127);
  EXPECT_EQ(PrivateDirectories(), 0U);
}

TEST_F(PrivateFilesTest, AreGoneAfterTerm) {
  RunningProgram job(LongJob());
  ASSERT_TRUE(job.WaitForOutput("ready"));
  EXPECT_EQ(PrivateDirectories(), 1U);
  job.Signal(SIGTERM);
  EXPECT_EQ(job.Finish().exit_status, 128 + SIGTERM);
  EXPECT_EQ(PrivateDirectories(), 0U);
}

TEST_F(PrivateFilesTest, AreGoneAfterTheChildIsKilled) {
  RunningProgram job(LongJob());
  ASSERT_TRUE(job.WaitForOutput("ready") && job.WaitForOutput("\n"));
  ::kill(std::stoi(job.out().substr(6)), SIGKILL);
  EXPECT_EQ(job.Finish().exit_status, 128 + SIGKILL);
  EXPECT_EQ(PrivateDirectories(), 0U);
}

TEST_F(PrivateFilesTest, OfAKilledShimAreSweptByTheNextStart) {
  RunningProgram job(LongJob());
  ASSERT_TRUE(job.WaitForOutput("ready"));
  job.Signal(SIGKILL);
  EXPECT_EQ(job.Finish().exit_status, -SIGKILL);
  ASSERT_EQ(PrivateDirectories(), 1U);
  EXPECT_EQ(Shim({"--", "true"}).exit_status, 0);
  EXPECT_EQ(PrivateDirectories(), 0U);
}

TEST_F(PrivateFilesTest, ARelativeFilesDirHoldsFromEverywhere) {
  const ProgramResult job = Shim({"--files-dir", "run", "--cwd", "/", "-c", "registry", "--", "sh",
                                  "-c", "test -s \"$DOCKER_CONFIG/config.json\""});
  EXPECT_EQ(job.exit_status, 0) << job.err;
}

TEST_F(PrivateFilesTest, OfARunningJobAreNotSwept) {
  RunningProgram job(LongJob());
  ASSERT_TRUE(job.WaitForOutput("ready"));
  EXPECT_EQ(Job({"-c", "registry"}, "true").exit_status, 0);
  EXPECT_EQ(PrivateDirectories(), 1U);
}

}  // namespace
}  // namespace injector::testing
