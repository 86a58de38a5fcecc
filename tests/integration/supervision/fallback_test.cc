// Where the kernel, or the container's seccomp filter, lacks what the shim prefers.

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string>

#include "tests/integration/supervision/shim_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/terminal_session.h"

namespace runner_shim {
namespace {

// From here on `call` fails with `error`, in this process and all that come from it.
// Async-signal-safe.
void Refuse(unsigned call, unsigned error) {
  std::array<sock_filter, 4> program = {
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter = {.len = program.size(), .filter = program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) ::_exit(98);
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) ::_exit(98);
}

ShimProcess::Setup Without(unsigned call, unsigned error, std::vector<std::string> command) {
  ShimProcess::Setup setup{{}, std::move(command)};
  setup.before_exec = [call, error] { Refuse(call, error); };
  return setup;
}

TEST(WithoutPidfd, TheEndOfTheCommandIsNoticed) {
  EXPECT_EQ(
      RunShim(Without(SYS_pidfd_open, ENOSYS, {"sh", "-c", "sleep 0.05; exit 42"})).exit_status,
      42);
}

TEST(WithoutPidfd, SignalsArrive) {
  ShimProcess shim(Without(SYS_pidfd_open, EPERM, {TestProgram("signal_log"), "1"}));
  EXPECT_EQ(shim.ReadLine(), "ready");
  ASSERT_EQ(::sigqueue(shim.pid(), SIGRTMIN, sigval{.sival_int = 5}), 0);
  const std::string line = shim.ReadLine();
  EXPECT_EQ(line.substr(0, line.find(" from ")), "signal " + std::to_string(SIGRTMIN) + " value 5");
  EXPECT_EQ(shim.Wait(), 0);
}

TEST(WithoutThreads, IsOurOwnFailureAndNoTimeOut) {
  const injector::testing::TempDir directory;
  directory.Write("job.yaml", "version: 1\nconnections: []\n");
  ShimProcess::Setup setup = Without(SYS_clone3, EAGAIN, {"true"});
  setup.options = {"--job", directory / "job.yaml"};
  const ProgramResult finished = RunShim(setup);
  EXPECT_EQ(finished.exit_status, 125);
  EXPECT_NE(finished.err.find("start a thread: "), std::string::npos) << finished.err;
}

TEST(WithoutAPlaceForTheMaskSocket, TheJobRuns) {
  const ProgramResult finished = RunShim(Without(SYS_bind, ENOSPC, {"echo", "ran"}));
  EXPECT_EQ(finished.exit_status, 0);
  EXPECT_EQ(finished.out, "ran\n");
  EXPECT_EQ(finished.err.rfind("runner-shim: warning: the job cannot use `runner-shim mask`: ", 0),
            0U)
      << finished.err;
}

constexpr std::size_t kBytes = 2'000'000;

std::vector<std::string> Writer() { return {TestProgram("output_writer"), std::to_string(kBytes)}; }

TEST(WithoutWritesThatDoNotWait, EverythingArrives) {
  EXPECT_EQ(RunShim(Without(SYS_pwritev2, EOPNOTSUPP, Writer())).out.size(), kBytes);
}

TEST(WithoutWritesThatDoNotWait, NorProcEverythingArrives) {
  ShimProcess::Setup setup = Without(SYS_pwritev2, EOPNOTSUPP, Writer());
  // The shim cannot open its stdout a second time then: only pieces of PIPE_BUF are left.
  setup.wrapper = {"unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc && exec \"$@\"",
                   "sh"};
  const ProgramResult finished = RunShim(setup);
  if (finished.exit_status == 1 || finished.exit_status == 32) {
    GTEST_SKIP() << "needs the right to mount";
  }
  EXPECT_EQ(finished.exit_status, 0) << finished.err;
  EXPECT_EQ(finished.out.size(), kBytes);
}

// However many are missing (of fewer the loader makes nothing), either the command runs or the
// reason is said; nothing half done.
TEST(WithFewDescriptors, ATerminalIsGivenUpAsAWhole) {
#ifdef SANITIZED
  GTEST_SKIP() << "the sanitizers' runtime opens descriptors of its own to look at an object";
#endif
  int ran = 0;
  int refused = 0;
  for (int limit = 6; limit < 24; ++limit) {
    std::vector<std::string> command = {
        "sh", "-c", "ulimit -n " + std::to_string(limit) + "; exec \"$@\"", "sh"};
    for (std::string& word : UnderShim({"/bin/echo", "hi"})) command.push_back(std::move(word));
    injector::testing::TerminalSession session(std::move(command));
    const std::string shown = session.ReadAll();
    const int status = session.Wait();
    if (shown == "hi\r\n") {
      EXPECT_EQ(status, 0) << limit;
      ++ran;
    } else {
      EXPECT_NE(shown.find("too many open files"), std::string::npos) << limit << ": " << shown;
      EXPECT_EQ(status, 125) << limit;
      ++refused;
    }
  }
  EXPECT_GT(ran, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace runner_shim
