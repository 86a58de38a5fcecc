// What the command is started with: the caller's own state, and nothing of ours.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "tests/integration/supervision/shim_process.h"

namespace runner_shim {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::set<std::string> StateLines(ShimProcess::Setup setup) {
  setup.command = {TestProgram("process_state")};
  const ProgramResult finished = RunShim(setup);
  EXPECT_EQ(finished.exit_status, 0) << finished.err;
  std::set<std::string> lines;
  std::istringstream text(finished.out);
  for (std::string line; std::getline(text, line);) lines.insert(line);
  return lines;
}

std::set<std::string> StateLines(std::function<void()> before_exec = {}) {
  ShimProcess::Setup setup{{}, {}};
  setup.before_exec = std::move(before_exec);
  return StateLines(setup);
}

std::set<std::string> WithPrefix(const std::set<std::string>& lines, const std::string& prefix) {
  std::set<std::string> chosen;
  for (const std::string& line : lines) {
    if (line.starts_with(prefix)) chosen.insert(line);
  }
  return chosen;
}

TEST(StartState, BlockedSignalsAreTheCallers) {
  const auto block = [](int how) {
    return [how] {
      sigset_t all;
      sigfillset(&all);
      ::sigprocmask(how, &all, nullptr);
    };
  };
  EXPECT_TRUE(WithPrefix(StateLines(block(SIG_UNBLOCK)), "blocked ").empty());
  const std::set<std::string> blocked = WithPrefix(StateLines(block(SIG_BLOCK)), "blocked ");
  EXPECT_EQ(blocked.size(), 60U);  // 64, less KILL, STOP, 32 and 33
}

TEST(StartState, IgnoredSignalsAreTheCallers) {
  EXPECT_TRUE(WithPrefix(StateLines(), "ignored ").empty());
  for (const int signal : {SIGHUP, SIGPIPE, SIGCHLD, SIGTERM, SIGTSTP, SIGURG, 40}) {
    const auto lines = StateLines([signal] { ::signal(signal, SIG_IGN); });
    EXPECT_EQ(WithPrefix(lines, "ignored "), std::set{"ignored " + std::to_string(signal)});
  }
}

TEST(StartState, AnIgnoredChildSignalDoesNotLoseTheExitStatus) {
  ShimProcess::Setup setup{{}, {"sh", "-c", "exit 42"}};
  setup.before_exec = [] { ::signal(SIGCHLD, SIG_IGN); };
  EXPECT_EQ(RunShim(setup).exit_status, 42);
}

TEST(StartState, OnlyTheCallersDescriptorsPassThrough) {
  const auto close_all_but_standard = [] { ::close_range(3, ~0U, 0); };
  EXPECT_EQ(WithPrefix(StateLines(close_all_but_standard), "descriptor "),
            (std::set<std::string>{"descriptor 0", "descriptor 1", "descriptor 2"}));
  const auto open_one_more = [] {
    ::close_range(3, ~0U, 0);
    ::dup2(0, 77);
  };
  EXPECT_THAT(StateLines(open_one_more), Contains("descriptor 77"));
}

TEST(StartState, AClosedStandardDescriptorStaysClosed) {
  for (const int fd : {0, 2}) {
    const auto lines = StateLines([fd] { ::close(fd); });
    EXPECT_THAT(lines, Not(Contains("descriptor " + std::to_string(fd))));
    EXPECT_THAT(lines, Contains("descriptor 1"));
  }
  ShimProcess::Setup setup{{}, {"sh", "-c", "echo lost; echo seen >&2; exit 5"}};
  setup.before_exec = [] { ::close(1); };
  const ProgramResult finished = RunShim(setup);
  EXPECT_EQ(finished.out, "");
  EXPECT_THAT(finished.err, HasSubstr("seen\n"));
}

TEST(StartState, TheCoreLimitIsTheCallers) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &limit), 0);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
  ShimProcess::Setup setup{{}, {}};
  setup.before_exec = [limit] { ::setrlimit(RLIMIT_CORE, &limit); };
  // The sanitizer's runtime would take the limit away before main.
  setup.wrapper = {"env", "ASAN_OPTIONS=disable_coredump=0", "TSAN_OPTIONS=disable_coredump=0"};
  const auto lines = StateLines(setup);
  EXPECT_THAT(lines, Contains("core " + std::to_string(limit.rlim_cur) + " " +
                              std::to_string(limit.rlim_max)));
}

TEST(StartState, TheCommandLeadsAGroupInOurSession) {
  const auto lines = StateLines();
  EXPECT_THAT(lines, Contains("leads_group 1"));
  EXPECT_THAT(lines, Contains("leads_session 0"));
}

TEST(StartState, TheCommandDiesWithUsUnlessToldNotTo) {
  EXPECT_THAT(StateLines(), Contains("parent_death 9"));
  EXPECT_THAT(StateLines(ShimProcess::Setup{{"--no-parent-death"}, {}}),
              Contains("parent_death 0"));
}

TEST(StartState, StartsInTheDirectoryAskedFor) {
  EXPECT_THAT(StateLines(ShimProcess::Setup{{"--cwd", "/"}, {}}), Contains("directory /"));
}

TEST(StartState, RunsAsTheUserAskedFor) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const auto lines = StateLines(ShimProcess::Setup{{"--user", "1234:2345"}, {}});
  EXPECT_THAT(lines, Contains("user 1234 2345"));
  EXPECT_THAT(lines, Contains("groups 0"));
  EXPECT_THAT(lines, Contains("parent_death 9"));  // not cleared by the change of user
}

TEST(StartState, SaysThatAnOrdinaryUserCannotBecomeAnother) {
  ShimProcess::Setup setup{{"--user", "1234:2345"}, {"true"}};
  setup.before_exec = [] {
    if (::setuid(4321) != 0 && ::geteuid() == 0) ::_exit(98);
  };
  const ProgramResult finished = RunShim(setup);
  EXPECT_EQ(finished.exit_status, 125);
  EXPECT_THAT(finished.err, HasSubstr("become user 1234: operation not permitted"));
}

TEST(StartState, AnOrdinaryUserMayNameItself) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become the ordinary user";
  const auto become_ordinary = [] {
    if (::setgroups(0, nullptr) != 0 || ::setgid(2345) != 0 || ::setuid(1234) != 0) ::_exit(98);
  };
  ShimProcess::Setup setup{{"--user", "1234:2345"}, {}};
  setup.before_exec = become_ordinary;
  EXPECT_THAT(StateLines(setup), Contains("user 1234 2345"));
  setup = {{"--user", "1234:1234"}, {"true"}};
  setup.before_exec = become_ordinary;
  EXPECT_EQ(RunShim(setup).exit_status, 125);
}

TEST(StartState, ArgumentsAndEnvironmentPassByteForByte) {
  ShimProcess::Setup setup{{}, {"sh", "-c", "printf %s \"$1\"; env", "sh", "a\xff b\n"}};
  setup.wrapper = {"env", "-i", "PATH=/bin:/usr/bin", "ODD=\xfe\n=x", "=nameless"};
  const std::string output = RunShim(setup).out;
  EXPECT_THAT(output, HasSubstr("a\xff b\n"));
  EXPECT_THAT(output, HasSubstr("ODD=\xfe\n=x\n"));
}

TEST(ParentDeath, KillingTheShimKillsTheCommand) {
  ShimProcess shim({"sh", "-c", "echo $$; exec sleep 600"});
  const pid_t command = std::stoi(shim.ReadLine());
  shim.Signal(SIGKILL);
  EXPECT_EQ(shim.Wait(), -SIGKILL);
  AwaitState(command, "Z?");
}

TEST(Orphans, AllAreReaped) {
  const ProgramResult finished = RunShim({TestProgram("orphan_maker"), "1000"});
  EXPECT_EQ(finished.out, "zombies 0\n");
}

}  // namespace
}  // namespace runner_shim
