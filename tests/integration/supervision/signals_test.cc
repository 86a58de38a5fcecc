// Signals sent to the shim reach the command: which, to whom, with what, how often.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/supervision/shim_process.h"

namespace runner_shim {
namespace {

std::vector<int> ForwardedSignals() {
  std::vector<int> signals;
  const std::set<int> kept = {SIGKILL, SIGSTOP, SIGCHLD, SIGURG, 32, 33};
  for (int signal = 1; signal < NSIG; ++signal) {
    if (!kept.contains(signal)) signals.push_back(signal);
  }
  return signals;
}

// A command that logs `count` signals, once it is ready.
class SignalLog {
 public:
  explicit SignalLog(int count, ShimProcess::Setup setup = {})
      : shim_(WithCommand(std::move(setup), {TestProgram("signal_log"), std::to_string(count)})) {
    EXPECT_EQ(shim_.ReadLine(), "ready");
  }

  ShimProcess& shim() { return shim_; }
  // "signal N value V", without the sender.
  std::string Next() {
    const std::string line = shim_.ReadLine();
    return line.substr(0, line.find(" from "));
  }

  static ShimProcess::Setup WithCommand(ShimProcess::Setup setup,
                                        std::vector<std::string> command) {
    setup.command = std::move(command);
    return setup;
  }

 private:
  ShimProcess shim_;
};

std::string Line(int signal, int value) {
  return "signal " + std::to_string(signal) + " value " + std::to_string(value);
}

TEST(Signals, EveryForwardedSignalReachesTheCommand) {
  const std::vector<int> signals = ForwardedSignals();
  SignalLog log(static_cast<int>(signals.size()));
  for (const int signal : signals) {
    log.shim().Signal(signal);
    EXPECT_EQ(log.Next(), Line(signal, 0));
  }
  EXPECT_EQ(log.shim().Wait(), 0);
}

TEST(Signals, EveryForwardedSignalThatEndsTheCommandShowsInTheStatus) {
  for (const int signal : ForwardedSignals()) {
    const bool ends_nothing = signal == SIGCONT || signal == SIGWINCH || signal == SIGTSTP ||
                              signal == SIGTTIN || signal == SIGTTOU;
    if (ends_nothing) continue;
    ShimProcess shim({"sh", "-c", "echo ready; exec sleep 600"});
    EXPECT_EQ(shim.ReadLine(), "ready");
    shim.Signal(signal);
    EXPECT_EQ(shim.Wait(), 128 + signal);
  }
}

TEST(Signals, ChildAndUrgentDataSignalsAreNotForwarded) {
  SignalLog log(1);
  for (const int signal : {SIGCHLD, SIGURG}) log.shim().Signal(signal);
  log.shim().Signal(SIGUSR1);
  EXPECT_EQ(log.Next(), Line(SIGUSR1, 0));
}

TEST(Signals, QueuedValuesAndTheSenderArrive) {
  SignalLog log(2);
  for (const int signal : {SIGUSR2, SIGRTMIN + 2}) {
    ASSERT_EQ(::sigqueue(log.shim().pid(), signal, sigval{.sival_int = 7777}), 0);
    EXPECT_EQ(log.shim().ReadLine(), Line(signal, 7777) + " from " + std::to_string(::getpid()));
  }
}

TEST(Signals, ABurstOfRealTimeSignalsArrivesOnceEachAndInOrder) {
  constexpr int kCount = 500;
  SignalLog log(kCount);
  for (int i = 0; i < kCount; ++i) {
    ASSERT_EQ(::sigqueue(log.shim().pid(), SIGRTMIN + 1, sigval{.sival_int = i}), 0);
  }
  for (int i = 0; i < kCount; ++i) EXPECT_EQ(log.Next(), Line(SIGRTMIN + 1, i));
  EXPECT_EQ(log.shim().Wait(), 0);
}

TEST(Signals, BurstsOfAllRealTimeSignalsArriveOnceEachWithTheirValues) {
  constexpr int kRounds = 20;
  const int kinds = SIGRTMAX - SIGRTMIN + 1;
  SignalLog log(kinds * kRounds);
  for (int value = 0; value < kRounds; ++value) {
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) {
      ASSERT_EQ(::sigqueue(log.shim().pid(), signal, sigval{.sival_int = value}), 0);
    }
  }
  std::multiset<std::string> expected;
  std::multiset<std::string> received;
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) {
    for (int value = 0; value < kRounds; ++value) {
      expected.insert(Line(signal, value));
      received.insert(log.Next());
    }
  }
  EXPECT_EQ(received, expected);
  EXPECT_EQ(log.shim().Wait(), 0);
}

TEST(Signals, BurstsOfStandardSignalsArriveAtLeastOnceEach) {
  constexpr int kRounds = 20;
  std::set<std::string> missing;
  SignalLog log(1'000'000);
  for (int round = 0; round < kRounds; ++round) {
    for (const int signal : ForwardedSignals()) {
      // CONT and the stop signals take each other out of a queue (signal(7)).
      const bool stops_or_continues =
          signal == SIGCONT || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
      if (signal >= 32 || stops_or_continues) continue;
      log.shim().Signal(signal);
      missing.insert(Line(signal, 0));
    }
  }
  while (!missing.empty()) missing.erase(log.Next());
}

TEST(Signals, ACommandWithASmallSignalQueueLosesNone) {
  constexpr std::size_t kCount = 300;
  ShimProcess shim(
      {"sh", "-c",
       "echo $$; exec prlimit --sigpending=40:40 " + TestProgram("signal_log") + " 301"});
  const pid_t command = std::stoi(shim.ReadLine());
  ASSERT_EQ(shim.ReadLine(), "ready");
  ::kill(command, SIGSTOP);
  AwaitState(command, "T");
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_EQ(::sigqueue(shim.pid(), SIGRTMAX, sigval{.sival_int = static_cast<int>(i)}), 0);
  }
  ::kill(command, SIGCONT);  // itself the 301st
  std::vector<std::string> received;
  while (received.size() < kCount) {
    const std::string line = shim.ReadLine();
    if (!line.starts_with("signal 18 ")) received.push_back(line.substr(0, line.find(" from ")));
  }
  for (std::size_t i = 0; i < kCount; ++i) {
    EXPECT_EQ(received[i], Line(SIGRTMAX, static_cast<int>(i)));
  }
}

// Which of a command and its companion in the same group see a signal.
std::set<std::string> SeenBy(const std::vector<std::string>& options, int signal) {
  ShimProcess shim(ShimProcess::Setup{options, {TestProgram("signal_log"), "2", "companion"}});
  for (int i = 0; i < 2; ++i) shim.ReadLine();  // both are ready
  shim.Signal(signal);
  shim.Signal(SIGUSR2);  // to the command alone, or to both: ends the waiting
  std::set<std::string> seen;
  const std::size_t wanted = options.empty() ? 3U : (options.back() == "group" ? 4U : 2U);
  while (seen.size() < wanted) {
    const std::string line = shim.ReadLine();
    seen.insert(line.substr(0, line.find(" value ")));
  }
  return seen;
}

std::string Command(int signal) { return "signal " + std::to_string(signal); }
std::string Companion(int signal) { return "companion signal " + std::to_string(signal); }

TEST(SignalScope, TerminationGoesToTheGroupByDefault) {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) {
    EXPECT_EQ(SeenBy({}, signal), (std::set{Command(signal), Companion(signal), Command(SIGUSR2)}));
  }
}

TEST(SignalScope, GroupSendsEverythingToTheGroup) {
  for (const int signal : {SIGTERM, SIGUSR1, SIGRTMIN}) {
    EXPECT_EQ(SeenBy({"--signal-scope", "group"}, signal),
              (std::set{Command(signal), Companion(signal), Command(SIGUSR2), Companion(SIGUSR2)}));
  }
}

TEST(SignalScope, ChildSendsEverythingToTheCommandAlone) {
  for (const int signal : {SIGTERM, SIGUSR1, SIGRTMIN}) {
    EXPECT_EQ(SeenBy({"--signal-scope", "child"}, signal),
              (std::set{Command(signal), Command(SIGUSR2)}));
  }
}

TEST(Signals, StopSignalsStopBothAndContinueResumesBoth) {
  for (const int signal : {SIGTSTP, SIGTTIN, SIGTTOU}) {
    ShimProcess shim({"sh", "-c", "echo $$; exec sleep 600"});
    const pid_t command = std::stoi(shim.ReadLine());
    shim.Signal(signal);
    AwaitState(command, "T");
    AwaitState(shim.pid(), "T");
    shim.Signal(SIGCONT);
    AwaitState(command, "SR");
    AwaitState(shim.pid(), "SR");
  }
}

TEST(Signals, ACommandThatIsStoppedByAThirdPartyKeepsItsSupervisor) {
  ShimProcess shim({"sh", "-c", "echo $$; exec sleep 600"});
  const pid_t command = std::stoi(shim.ReadLine());
  ::kill(command, SIGSTOP);
  AwaitState(command, "T");
  // TERM stays pending in a stopped process until it goes on: the shim must pass CONT on.
  shim.Signal(SIGTERM);
  shim.Signal(SIGCONT);
  EXPECT_EQ(shim.Wait(), 128 + SIGTERM);
}

TEST(Signals, OnesThatArriveWhileTheShimIsStoppedAreNotLost) {
  SignalLog log(2);
  log.shim().Signal(SIGSTOP);
  AwaitState(log.shim().pid(), "T");
  log.shim().Signal(SIGUSR1);
  log.shim().Signal(SIGCONT);
  std::set<std::string> seen;
  for (int i = 0; i < 2; ++i) seen.insert(log.Next());
  EXPECT_EQ(seen, (std::set{Line(SIGUSR1, 0), Line(SIGCONT, 0)}));
}

TEST(KillAfter, KillsACommandThatIgnoresTerm) {
  ShimProcess shim(
      ShimProcess::Setup{{"--kill-after", "100ms"},
                         {"sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"}});
  EXPECT_EQ(shim.ReadLine(), "ready");
  shim.Signal(SIGTERM);
  EXPECT_EQ(shim.Wait(), 128 + SIGKILL);
}

TEST(KillAfter, OtherSignalsDoNotStartIt) {
  SignalLog log(2, ShimProcess::Setup{{"--kill-after", "1ms"}, {}});
  log.shim().Signal(SIGUSR1);
  EXPECT_EQ(log.Next(), Line(SIGUSR1, 0));
  log.shim().Signal(SIGUSR2);
  EXPECT_EQ(log.Next(), Line(SIGUSR2, 0));
  EXPECT_EQ(log.shim().Wait(), 0);
}

}  // namespace
}  // namespace runner_shim
