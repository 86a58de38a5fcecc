// What the way through the shim costs others: memory while a reader rests, pipes of one user.

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

namespace fs = std::filesystem;

class OutputPathTest : public JobTest {
 protected:
  // Reads `bytes`, then nothing, until the program's pipe is full: it stalls.
  static void ReadThenRest(const RunningProgram& program, std::size_t bytes) {
    std::array<char, 65536> buffer{};
    for (std::size_t done = 0; done < bytes;) {
      const ssize_t got = ::read(program.stdout_fd(), buffer.data(), buffer.size());
      ASSERT_GT(got, 0);
      done += static_cast<std::size_t>(got);
    }
    int held = 0;
    while (held < ::fcntl(program.stdout_fd(), F_GETPIPE_SZ) - 8192) {
      ASSERT_EQ(::ioctl(program.stdout_fd(), FIONREAD, &held), 0);
      std::this_thread::yield();
    }
  }

  // The most memory that `pid` has ever had, in KiB.
  static long PeakKib(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    }
    return -1;
  }

  ProgramRun Run(std::vector<std::string> argv) const {
    return {.argv = std::move(argv),
            .environment = Environment(),
            .stdin_bytes = "",
            .working_directory = directory_.path()};
  }
};

constexpr long kMostKib = 24 * 1024;

TEST_F(OutputPathTest, MemoryIsBoundedWhileAReaderRests) {
  RunningProgram job(Run({shim_path(), "--", "yes", "a line of some length"}));
  ReadThenRest(job, 100'000'000);
  EXPECT_LT(PeakKib(job.pid()), kMostKib);
}

TEST_F(OutputPathTest, MemoryOfTheFilterIsBoundedToo) {
  const std::string values = directory_.Write("values.json", R"(["hunter2-hunter2"])");
  // exec: the program that is looked at is the filter.
  RunningProgram filter(
      Run({"bash", "-c", "exec \"$0\" scrub --values \"$1\" < <(exec yes 'a line of hunter2')",
           shim_path(), values}));
  ReadThenRest(filter, 100'000'000);
  EXPECT_LT(PeakKib(filter.pid()), kMostKib);
}

// The job looks at the size of its own stdout.
TEST_F(OutputPathTest, APipeThatWasMadeLargeIsMadeSmallAgainWhenItRests) {
  const ProgramResult job = Shim({"--", "/usr/bin/python3", "-c", R"py(
import fcntl, os, sys, time
F_GETPIPE_SZ = 1032
size = lambda: fcntl.fcntl(1, F_GETPIPE_SZ)
line = b"x" * 1023 + b"\n"
largest = size()
for _ in range(40000):
    os.write(1, line)
    largest = max(largest, size())
while size() > 65536:
    time.sleep(0.05)
sys.stderr.write("grew " if largest > 65536 else "kept ")
)py"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_TRUE(job.err == "grew " || job.err == "kept ") << job.err;  // the budget may be used up
}

TEST_F(OutputPathTest, TwoHundredShimsOfOneUserLeaveRoomForPipes) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be an ordinary user without pipes";
  const std::string user = std::to_string(50'000 + ::getpid() % 10'000);
  const TempDir shared;
  fs::permissions(shared.path(), fs::perms(0777));
  fs::copy_file(shim_path(), shared / "shim");
  fs::permissions(shared / "shim", fs::perms(0755));
  const ProgramResult run = RunProgram(
      {.argv = {"setpriv", "--reuid", user, "--regid", user, "--clear-groups", "bash", "-c", R"sh(
          mkfifo hold; exec 3<>hold
          for i in $(seq 200); do
            ./shim --files-dir "$PWD" -- bash -c 'echo ready; read -r -t 100 line <&3' >>out 2>>err &
          done
          until [ "$(grep -c ready out)" = 200 ]; do sleep 0.1; done
          /usr/bin/python3 -c '
import fcntl, os
print(fcntl.fcntl(os.pipe()[0], 1032))'
          for i in $(seq 200); do echo; done >&3
          wait
          cat err >&2)sh"},
       .environment = {"XDG_RUNTIME_DIR=" + shared.path()},
       .stdin_bytes = "",
       .working_directory = shared.path()});
  EXPECT_EQ(run.out, "65536\n");
  EXPECT_EQ(run.err, "");
}

}  // namespace
}  // namespace injector::testing
