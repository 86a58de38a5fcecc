// The command's output: complete, in order, and never in the way of anything else.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>

#include "tests/integration/supervision/shim_process.h"
#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Pattern(std::size_t bytes) {
  constexpr std::size_t kLine = 61;
  std::string text(bytes, '\n');
  for (std::size_t i = 0; i < bytes; ++i) {
    if (i % kLine != kLine - 1) text[i] = static_cast<char>('!' + i % kLine);
  }
  return text;
}

// Waits until the pipe behind `fd` has taken all that it can hold: its writer stalls.
void AwaitFullPipe(int fd) {
  const int capacity = ::fcntl(fd, F_GETPIPE_SZ);
  int held = 0;
  while (held < capacity - 4096) {
    ASSERT_EQ(::ioctl(fd, FIONREAD, &held), 0);
    std::this_thread::yield();
  }
}

TEST(Output, EverythingArrives) {
  constexpr std::size_t kBytes = 40'000'000;  // enough for the pipes to grow twice
  const ProgramResult finished = RunShim({TestProgram("output_writer"), std::to_string(kBytes)});
  EXPECT_EQ(finished.exit_status, 0);
  EXPECT_TRUE(finished.out == Pattern(kBytes));
}

// SUPERVISION_LONG=1 is for people and for tests/run --all: the whole gigabyte, and a reader that
// sleeps.
bool IsLongRun() { return std::getenv("SUPERVISION_LONG") != nullptr; }

TEST(Output, EveryByteOfALargeOutputReachesAReaderThatBeginsLate) {
  const std::size_t bytes = IsLongRun() ? 1'000'000'000 : 25'000'000;
  ShimProcess shim({TestProgram("output_writer"), std::to_string(bytes)});
  AwaitFullPipe(shim.stdout_fd());
  if (IsLongRun()) std::this_thread::sleep_for(std::chrono::seconds(5));
  const std::string pattern = Pattern(61 * 2048);
  std::size_t received = 0;
  std::array<char, 61 * 1024> chunk{};
  for (ssize_t got = 0; (got = ::read(shim.stdout_fd(), chunk.data(), chunk.size())) > 0;) {
    const std::size_t count = static_cast<std::size_t>(got);
    ASSERT_EQ(std::memcmp(chunk.data(), pattern.data() + received % 61, count), 0) << received;
    received += count;
  }
  EXPECT_EQ(received, bytes);
  EXPECT_EQ(shim.Wait(), 0);
}

TEST(Output, OfOneDestinationStaysInOrder) {
  ShimProcess::Setup setup{
      {}, {"sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do echo out$i; echo err$i >&2; done"}};
  setup.outputs = ShimProcess::Outputs::kOnePipe;
  EXPECT_EQ(RunShim(setup).out,
            "out1\nerr1\nout2\nerr2\nout3\nerr3\nout4\nerr4\nout5\nerr5\n"
            "out6\nerr6\nout7\nerr7\nout8\nerr8\nout9\nerr9\n");
}

TEST(Output, OfTwoDestinationsStaysApart) {
  const ProgramResult finished = RunShim({"sh", "-c", "echo out; echo err >&2"});
  EXPECT_EQ(finished.out, "out\n");
  EXPECT_EQ(finished.err, "err\n");
}

// How many bytes a process has written so far.
std::size_t BytesWritten(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/io");
  std::string name;
  std::size_t count = 0;
  while (file >> name >> count) {
    if (name == "wchar:") return count;
  }
  return 0;
}

TEST(Output, ASlowReaderSlowsTheCommandAndLosesNothing) {
  constexpr std::size_t kBytes = 12'000'000;
  ShimProcess shim(
      {"sh", "-c",
       "printf %8d $$ >&2; exec " + TestProgram("output_writer") + " " + std::to_string(kBytes)});
  const pid_t writer = std::stoi(shim.ReadErrors(8));
  AwaitFullPipe(shim.stdout_fd());
  // It sleeps when nobody takes its bytes; seen so often, it is no coincidence.
  for (int seen = 0; seen < 20; ++seen) {
    AwaitState(writer, "SZ?");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_LT(BytesWritten(writer), 4'000'000U);  // what pipes and one read can hold
  EXPECT_NE(ProcessState(writer), '?');
  EXPECT_TRUE(shim.ReadOutput() == Pattern(kBytes));
  EXPECT_EQ(shim.Wait(), 0);
}

TEST(Output, WhatIsInThePipeWhenTheCommandEndsIsDeliveredToASlowReader) {
  // Fills the reader's pipe and what the shim holds, and most of the job's pipe: the job ends while
  // nobody has read anything.
  const std::string script =
      "printf %8d $$ >&2; " + TestProgram("output_writer") + " 180000; sleep 600 &";
  ShimProcess shim(
      ShimProcess::Setup{{"--drain-timeout", "1ms", "--drain-limit", "1ms"}, {"sh", "-c", script}});
  AwaitFullPipe(shim.stdout_fd());
  const pid_t job = std::stoi(shim.ReadErrors(8));
  AwaitState(job, "?");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // past both limits
  EXPECT_TRUE(shim.ReadOutput() == Pattern(180'000));
  EXPECT_EQ(shim.Wait(), 0);
  ::kill(-job, SIGKILL);
}

TEST(Output, AStalledStdoutDoesNotStopStderr) {
  const std::string writer = TestProgram("output_writer");
  ShimProcess shim({"sh", "-c", writer + " 3000000 1 & " + writer + " 1000000 2; wait"});
  AwaitFullPipe(shim.stdout_fd());
  EXPECT_TRUE(shim.ReadErrors(1'000'000) == Pattern(1'000'000));
  EXPECT_TRUE(shim.ReadOutput() == Pattern(3'000'000));
}

TEST(Output, AReaderThatLeavesGivesTheCommandSigpipe) {
  ShimProcess shim({"sh", "-c", "trap '' TERM; exec yes"});
  EXPECT_EQ(shim.ReadLine(), "y");
  shim.CloseOutput();
  EXPECT_EQ(shim.Wait(), 128 + SIGPIPE);
}

TEST(Output, AReaderThatLeavesIsNoticedWhileTheCommandIsSilent) {
  ShimProcess shim({TestProgram("await_reader_gone")});
  EXPECT_EQ(shim.ReadLine(), "ready");
  shim.CloseOutput();
  EXPECT_EQ(shim.Wait(), 7);
}

TEST(Output, ACommandMayCloseItsStdoutEarly) {
  const ProgramResult finished =
      RunShim({"sh", "-c", "echo first; exec >&-; echo later >&2; exit 4"});
  EXPECT_EQ(finished.exit_status, 4);
  EXPECT_EQ(finished.out, "first\n");
  EXPECT_EQ(finished.err, "later\n");
}

TEST(Output, AFullDiskIsAnErrorOfOurs) {
  ShimProcess::Setup setup{{}, {"sh", "-c", "echo text"}};
  setup.before_exec = [] { ::dup2(::open("/dev/full", O_WRONLY), STDOUT_FILENO); };
  const ProgramResult finished = RunShim(setup);
  EXPECT_EQ(finished.exit_status, 125);
  EXPECT_THAT(finished.err, HasSubstr("write stdout: no space left on device"));
}

TEST(Output, ASignalThatOurOwnWriteCausesIsNotForwarded) {
  const std::string script = "trap 'echo forwarded >&2' XFSZ; head -c 100000 /dev/zero; sleep 0.1";
  ShimProcess::Setup setup{{}, {"sh", "-c", script}};
  setup.before_exec = [] {
    const rlimit size = {.rlim_cur = 4096, .rlim_max = 4096};
    ::setrlimit(RLIMIT_FSIZE, &size);
    ::dup2(::open("/tmp", O_TMPFILE | O_RDWR, 0600), STDOUT_FILENO);
  };
  EXPECT_EQ(RunShim(setup).err, "runner-shim: write stdout: file too large\n");
}

TEST(Output, OurDescriptorsStayBlockingForOthers) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  ShimProcess::Setup setup{{}, {TestProgram("output_writer"), "1000000"}};
  setup.before_exec = [&] { ::dup2(pipe[1], STDOUT_FILENO); };
  ShimProcess shim(setup);
  AwaitFullPipe(pipe[0]);
  EXPECT_EQ(::fcntl(pipe[1], F_GETFL) & O_NONBLOCK, 0);
}

TEST(Output, GoesThroughASocket) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  ShimProcess::Setup setup{{}, {TestProgram("output_writer"), "2000000"}};
  setup.before_exec = [&] { ::dup2(ends[1], STDOUT_FILENO); };
  ShimProcess shim(setup);
  ::close(ends[1]);
  std::string received;
  std::array<char, 65536> chunk{};
  for (ssize_t got = 0; (got = ::read(ends[0], chunk.data(), chunk.size())) > 0;) {
    received.append(chunk.data(), static_cast<std::size_t>(got));
  }
  EXPECT_TRUE(received == Pattern(2'000'000));
  EXPECT_EQ(shim.Wait(), 0);
}

TEST(Drain, WaitsForSomethingLeftBehindThatStillTalks) {
  const ProgramResult finished = RunShim(ShimProcess::Setup{
      {"--drain-timeout", "30s"}, {TestProgram("output_holder"), "talking", "3"}});
  EXPECT_EQ(finished.exit_status, 3);
  EXPECT_THAT(finished.out, EndsWith("last words\n"));
  EXPECT_EQ(finished.err, "");
}

TEST(Drain, EndsAfterSilenceAndSaysWhoHoldsTheOutput) {
  ShimProcess shim(ShimProcess::Setup{{"--drain-timeout", "50ms"},
                                      {TestProgram("output_holder"), "silent", "3"}});
  const std::string line = shim.ReadLine();
  EXPECT_THAT(line, StartsWith("left "));
  EXPECT_EQ(shim.ReadOutput(), "");
  EXPECT_THAT(shim.ReadErrors(), StartsWith("runner-shim: 1 process still holds the job's output"));
  EXPECT_EQ(shim.Wait(), 3);
  // Not PID 1: what was left behind is not ours to end.
  const pid_t holder = std::stoi(line.substr(5));
  EXPECT_EQ(::kill(holder, SIGKILL), 0);
}

// The job's end and the end of its output are two events.
TEST(Drain, OfNoTimeInventsNoHolder) {
  for (int i = 0; i < 20; ++i) {
    const ProgramResult finished =
        RunShim(ShimProcess::Setup{{"--drain-timeout", "0s"}, {"echo", "words"}});
    EXPECT_EQ(finished.out, "words\n");
    EXPECT_EQ(finished.err, "");
  }
}

TEST(Drain, DoesNotWaitForADaemonThatHoldsTheOutput) {
  const injector::testing::TempDir directory;
  ShimProcess shim(ShimProcess::Setup{
      {"--drain-timeout", "50ms"},
      {"sh", "-c",
       "mkfifo \"$0\"; setsid --fork sh -c 'echo $$; : > \"$0\"; exec sleep 600' \"$0\"; "
       ": < \"$0\"; exit 3",
       directory / "said"}});
  const pid_t daemon = std::stoi(shim.ReadLine());
  EXPECT_EQ(shim.ReadOutput(), "");
  EXPECT_EQ(shim.Wait(), 3);
  EXPECT_EQ(::kill(daemon, SIGKILL), 0);  // it lives on
}

TEST(Drain, IsLimitedForSomethingThatNeverStopsTalking) {
  const ProgramResult finished =
      RunShim(ShimProcess::Setup{{"--drain-timeout", "10s", "--drain-limit", "300ms"},
                                 {TestProgram("output_holder"), "ticking", "3"}});
  EXPECT_EQ(finished.exit_status, 3);
  EXPECT_THAT(finished.out, HasSubstr("tick\n"));
}

TEST(Drain, IsCutShortByATerminationSignal) {
  ShimProcess shim(ShimProcess::Setup{{"--drain-timeout", "600s", "--drain-limit", "600s"},
                                      {"sh", "-c", "setsid sleep 600 & echo $!; echo $$; exit 3"}});
  const pid_t holder = std::stoi(shim.ReadLine());
  const pid_t job = std::stoi(shim.ReadLine());
  AwaitState(job, "?");  // reaped: from here on there is only the drain
  shim.Signal(SIGTERM);
  EXPECT_EQ(shim.Wait(), 3);
  ::kill(holder, SIGKILL);
}

}  // namespace
}  // namespace runner_shim
