#include "runner_shim/process/inherited_state.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>

#include "runner_shim/process/signal_set.h"
#include "tests/support/sanitizers.h"

namespace runner_shim {
namespace {

using injector::Result;
using injector::UniqueFd;

// TakeOver() changes the whole process, so each test body runs in one of its own; its exit status
// is what it returns.
int InNewProcess(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

bool PollsReadable(int fd) {
  pollfd polled = {.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&polled, 1, 0) == 1;
}

constexpr int kFailed = 255;

// Takes over, sends itself `signal`, and returns what PendingTermination() says (0: nothing).
int PendingAfter(int signal) {
  const Result<InheritedState> state = InheritedState::TakeOver();
  if (!state.ok()) return kFailed;
  const Result<UniqueFd> fd = state->OpenTerminationFd();
  if (!fd.ok() || PollsReadable(fd->get())) return kFailed;
  ::kill(::getpid(), signal);
  const int pending = state->PendingTermination().value_or(0);
  return PollsReadable(fd->get()) == (pending != 0) ? pending : kFailed;
}

TEST(InheritedState, TellsThatATerminationSignalHasArrived) {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) {
    EXPECT_EQ(InNewProcess([signal] { return PendingAfter(signal); }), signal);
  }
}

TEST(InheritedState, LeavesOtherSignalsForTheJob) {
  for (int signal = 1; signal < NSIG; ++signal) {
    if (!IsForwarded(signal) || IsTerminationSignal(signal)) continue;
    // That runtime lets no process block it.
    if (signal == SIGSYS && injector::testing::kThreadSanitizer) continue;
    EXPECT_EQ(InNewProcess([signal] { return PendingAfter(signal); }), 0) << signal;
  }
}

TEST(InheritedState, ATerminationSignalThatTheCallerIgnoresOrBlocksEndsNothing) {
  EXPECT_EQ(InNewProcess([] {
              ::signal(SIGHUP, SIG_IGN);
              return PendingAfter(SIGHUP);
            }),
            0);
  EXPECT_EQ(InNewProcess([] {
              sigset_t term;
              sigemptyset(&term);
              sigaddset(&term, SIGTERM);
              ::sigprocmask(SIG_BLOCK, &term, nullptr);
              return PendingAfter(SIGTERM);
            }),
            0);
}

TEST(InheritedState, RestoreDeliversWhatWasHeldBack) {
  EXPECT_EQ(InNewProcess([] {
              const Result<InheritedState> state = InheritedState::TakeOver();
              ::kill(::getpid(), SIGTERM);
              return state.ok() && state->Restore() ? 0 : kFailed;
            }),
            256 + SIGTERM);
}

// Whether reading and writing `fd` fails as if it were closed, and execve closes it.
bool IsPlugged(int fd) {
  std::array<char, 64> bytes{};
  const bool unreadable = ::read(fd, bytes.data(), bytes.size()) < 0 && errno == EBADF;
  const bool unwritable = ::write(fd, bytes.data(), bytes.size()) < 0 && errno == EBADF;
  return unreadable && unwritable && ::fcntl(fd, F_GETFD) == FD_CLOEXEC;
}

TEST(InheritedState, PlugsClosedStandardDescriptorsWithWhatCanNeverBeUsed) {
  for (int closed = 0; closed < 8; ++closed) {
    const auto is_closed = [closed](int fd) { return (closed >> fd & 1) != 0; };
    EXPECT_EQ(InNewProcess([&is_closed] {
                for (const int fd : {0, 1, 2}) {
                  if (is_closed(fd)) ::close(fd);
                }
                const Result<InheritedState> state = InheritedState::TakeOver();
                if (!state.ok()) return kFailed;
                for (const int fd : {0, 1, 2}) {
                  if (state->WasOpen(fd) == is_closed(fd)) return kFailed;
                  if (is_closed(fd) && !IsPlugged(fd)) return kFailed - 1;
                }
                return 0;
              }),
              0)
        << closed;
  }
}

TEST(SignalSet, ForwardsEverythingThatCanBeCaughtButFour) {
  int forwarded = 0;
  for (int signal = 0; signal <= NSIG; ++signal) forwarded += IsForwarded(signal) ? 1 : 0;
  EXPECT_EQ(forwarded, 64 - 2 - 4);  // less KILL and STOP; CHLD, URG, 32 and 33
  for (const int signal : {SIGKILL, SIGSTOP, SIGCHLD, SIGURG, 32, 33, 0, NSIG}) {
    EXPECT_FALSE(IsForwarded(signal)) << signal;
  }
}

}  // namespace
}  // namespace runner_shim
