// The shim as the init of a container: PID 1 of its namespace.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "tests/integration/supervision/shim_process.h"
#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using ::testing::EndsWith;

class AsPid1 : public ::testing::Test {
 protected:
  void SetUp() override {
    if (RunAsPid1({"true"}).exit_status != 0)
      GTEST_SKIP() << "needs the right to make a pid namespace";
  }
  static ProgramResult RunAsPid1(std::vector<std::string> command,
                                 std::vector<std::string> options = {}) {
    ShimProcess::Setup setup{std::move(options), std::move(command)};
    setup.wrapper = {"unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"};
    return RunShim(setup);
  }
};

TEST_F(AsPid1, StragglersThatHandleTermMayFinish) {
  const ProgramResult finished = RunAsPid1({TestProgram("output_holder"), "finishing", "3"},
                                           {"--drain-timeout", "50ms", "--straggler-grace", "60s"});
  EXPECT_EQ(finished.exit_status, 3);
  EXPECT_THAT(finished.out, EndsWith("finished\n"));
  EXPECT_EQ(finished.err,
            "runner-shim: 1 process still holds the job's output; what is left is ended now\n");
}

TEST_F(AsPid1, ASecondTermSkipsTheGraceOfStragglers) {
  // It asks for the end itself, once it has been asked.
  const std::string straggler =
      "trap 'while :; do kill -TERM 1; sleep 0.02; done' TERM; echo; while :; do sleep 0.05; done";
  const ProgramResult finished =
      RunAsPid1({"bash", "-c", "read -r < <(setsid bash -c \"$0\" 2>&-); exit 6", straggler},
                {"--drain-timeout", "50ms", "--straggler-grace", "600s"});
  EXPECT_EQ(finished.exit_status, 6) << finished.err;
}

TEST_F(AsPid1, StragglersThatIgnoreTermAreKilled) {
  const ProgramResult finished =
      RunAsPid1({TestProgram("output_holder"), "stubborn", "3"},
                {"--drain-timeout", "50ms", "--straggler-grace", "200ms"});
  EXPECT_EQ(finished.exit_status, 3);
}

TEST_F(AsPid1, ReapsOrphansAndForwardsSignals) {
  EXPECT_EQ(RunAsPid1({TestProgram("orphan_maker"), "1000"}).out, "zombies 0\n");
  EXPECT_EQ(RunAsPid1({"sh", "-c", "kill -TERM 1; exec sleep 600"}).exit_status, 128 + SIGTERM);
}

TEST_F(AsPid1, AStragglerThatHoldsNothingGetsItsTerm) {
  const injector::testing::TempDir directory;
  const std::string report = directory / "report";
  const std::string straggler =
      "trap 'echo ended >" + report + "; exit' TERM; echo; while :; do sleep 0.05; done";
  // The command goes once the straggler has its trap, which it says by the line that `read` takes.
  const ProgramResult finished =
      RunAsPid1({"bash", "-c", "read -r < <(setsid bash -c \"$0\" 2>&-); exit 6", straggler},
                {"--drain-timeout", "50ms", "--straggler-grace", "60s"});
  EXPECT_EQ(finished.exit_status, 6) << finished.err;
  EXPECT_EQ(directory.Read("report"), "ended\n");
}

TEST_F(AsPid1, AShimInsideAShimWorks) {
  const ProgramResult finished =
      RunAsPid1(UnderShim({"sh", "-c", "echo in; echo two >&2; exit 9"}));
  EXPECT_EQ(finished.exit_status, 9);
  EXPECT_EQ(finished.out, "in\n");
  EXPECT_EQ(finished.err, "two\n");
}

TEST_F(AsPid1, BecomesTheCommandWithExec) {
  EXPECT_EQ(RunAsPid1({"sh", "-c", "echo $$"}, {"--exec"}).out, "1\n");
}

}  // namespace
}  // namespace runner_shim
