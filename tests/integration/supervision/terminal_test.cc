// The shim on a real terminal: what the job sees, what the person sees, and what is left
// afterwards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <tuple>

#include "tests/integration/supervision/shim_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/terminal_session.h"

namespace runner_shim {
namespace {

using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

using injector::testing::TerminalSession;
using Place = TerminalSession::Place;
using Mode = TerminalSession::Mode;

constexpr char kControlC[] = "\x03";
constexpr char kControlD[] = "\x04";
constexpr char kControlZ[] = "\x1a";
constexpr char kControlBackslash[] = "\x1c";

// What terminal_state has to say.
class Report {
 public:
  std::string path() const { return directory_ / "report"; }
  std::set<std::string> Words() const {
    std::istringstream text(directory_.Read("report"));
    return {std::istream_iterator<std::string>(text), {}};
  }

 private:
  const injector::testing::TempDir directory_;
};

class Combinations : public ::testing::TestWithParam<std::tuple<Place, Place, Place>> {};

TEST_P(Combinations, OfTerminalsLookAsWithoutUsToTheJob) {
  const auto [input, output, errors] = GetParam();
  const Report report;
  TerminalSession session(
      TerminalSession::Setup{.argv = UnderShim({TestProgram("terminal_state"), report.path()}),
                             .input = input,
                             .output = output,
                             .errors = errors});
  EXPECT_EQ(session.Wait(), 0);
  std::set<std::string> expected = {"foreground"};
  if (input == Place::kTerminal) expected.insert("stdin");
  if (output == Place::kTerminal) {
    expected.insert({"stdout", "leads_session", "leads_group"});
    // Otherwise errors go through a pipe, which keeps them masked.
    if (errors == Place::kTerminal) expected.insert("stderr");
  }
  EXPECT_EQ(report.Words(), expected);
}

INSTANTIATE_TEST_SUITE_P(All, Combinations,
                         ::testing::Combine(::testing::Values(Place::kTerminal, Place::kNowhere),
                                            ::testing::Values(Place::kTerminal, Place::kNowhere),
                                            ::testing::Values(Place::kTerminal, Place::kNowhere)));

TEST(Terminal, IsRawOutsideWhileTheJobRunsAndRestoredAfterwards) {
  TerminalSession session(UnderShim({"sh", "-c", "echo ready; read -r line"}));
  session.AwaitText("ready\r\n");
  session.AwaitMode(Mode::kRaw);
  session.Type("end\r");
  EXPECT_EQ(session.Wait(), 0);
  EXPECT_NE(session.Settings().c_lflag & ICANON, 0U);
}

struct Ending {
  const char* name;
  std::vector<std::string> command;
  int signal;  // sent to the shim, if not 0
  int status;
  std::vector<std::string> options = {};
};

void PrintTo(const Ending& ending, std::ostream* out) { *out << ending.name; }

class Endings : public ::testing::TestWithParam<Ending> {};

TEST_P(Endings, LeaveTheTerminalAsItWas) {
  const Ending& ending = GetParam();
  TerminalSession session({"bash", "--norc", "--noprofile", "-i"});
  session.AwaitText("prompt> ");
  const termios before = session.Settings();
  std::string line;
  for (const std::string& word : UnderShim(ending.command, ending.options))
    line += "'" + word + "' ";
  session.Type(line + "; echo status=$?\r");
  session.AwaitText("\r\n");
  if (ending.signal != 0) {
    session.AwaitText("ready ");
    const pid_t job = std::stoi(session.AwaitText("\r\n"));
    std::ifstream stat("/proc/" + std::to_string(job) + "/stat");
    std::string pid;
    std::string name;
    std::string state;
    pid_t parent = 0;
    stat >> pid >> name >> state >> parent;
    ::kill(parent, ending.signal);
  }
  session.AwaitText("status=" + std::to_string(ending.status) + "\r\n");
  session.AwaitText("prompt> ");
  EXPECT_TRUE(injector::testing::AreSameSettings(session.Settings(), before));
}

const std::vector<std::string> kResisting = {
    "sh", "-c", "trap \"\" TERM HUP INT; echo ready $$; while :; do sleep 0.05; done"};
const std::vector<std::string> kWaiting = {"sh", "-c", "echo ready $$; exec sleep 600"};

INSTANTIATE_TEST_SUITE_P(
    All, Endings,
    ::testing::Values(
        Ending{"exit", {"sh", "-c", "exit 3"}, 0, 3},
        Ending{"crash", {"sh", "-c", "kill -SEGV $$"}, 0, 128 + SIGSEGV},
        Ending{"settings", {"stty", "raw", "-echo"}, 0, 0},
        Ending{"no_command", {"no-such-command"}, 0, 127},
        Ending{"hangup", kWaiting, SIGHUP, 128 + SIGHUP},
        Ending{"interrupt", kWaiting, SIGINT, 128 + SIGINT},
        Ending{"quit", kWaiting, SIGQUIT, 128 + SIGQUIT},
        Ending{"term", kWaiting, SIGTERM, 128 + SIGTERM},
        Ending{"killed", {"sh", "-c", "kill -KILL $$"}, 0, 128 + SIGKILL},
        Ending{"kill_after", kResisting, SIGTERM, 128 + SIGKILL, {"--kill-after", "50ms"}},
        Ending{"left_behind",
               {"sh", "-c", "(trap \"\" HUP; exec sleep 600) & exit 3"},
               0,
               3,
               {"--drain-timeout", "50ms"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Terminal, HasTheSettingsOfTheOneOutside) {
  TerminalSession outside({"stty", "-a"});
  const std::string settings = outside.ReadAll();
  TerminalSession inside(UnderShim({"stty", "-a"}));
  EXPECT_EQ(inside.ReadAll(), settings);
  EXPECT_THAT(settings, HasSubstr("rows 24; columns 80"));
}

TEST(Terminal, EchoesOnceAndEndsInputAtControlD) {
  TerminalSession session(UnderShim({"sh", "-c", "echo ready; exec cat"}));
  session.AwaitText("ready\r\n");
  session.Type("words\r");
  EXPECT_EQ(session.AwaitText("words\r\nwords\r\n"), "words\r\nwords\r\n");
  session.Type(kControlD);
  EXPECT_EQ(session.Wait(), 0);
}

struct TypedAhead {
  const char* name;
  std::string keys;
  std::string shown;  // by `cat`, and `echo end` behind it
};

void PrintTo(const TypedAhead& row, std::ostream* out) { *out << row.name; }

class TypedAheadTest : public ::testing::TestWithParam<TypedAhead> {};

TEST_P(TypedAheadTest, ReachesTheJob) {
  // The shell reads one line; what follows is in the terminal's queue when the shim starts.
  std::vector<std::string> command = {"sh", "-c", "stty -echo; echo ready; read -r x; exec \"$@\"",
                                      "sh"};
  for (std::string& word : UnderShim({"sh", "-c", "stty -echo; cat; echo end"})) {
    command.push_back(std::move(word));
  }
  TerminalSession session(std::move(command));
  session.AwaitText("ready\r\n");
  session.Type("go\r" + GetParam().keys);
  EXPECT_EQ(session.AwaitText("end\r\n"), GetParam().shown + "end\r\n");
  EXPECT_EQ(session.Wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, TypedAheadTest,
    ::testing::Values(TypedAhead{"end_of_input", kControlD, ""},
                      TypedAhead{"lines_and_end", "one\rtwo\r\x04", "one\r\ntwo\r\n"},
                      TypedAhead{"unfinished_line_and_end", "one\rtwo\x04\x04", "one\r\ntwo"},
                      // Each quoted by Ctrl-V: an interrupt, an end of input, an erase, a Ctrl-V.
                      TypedAhead{"quoted_keys",
                                 "a\x16\x03"
                                 "b\x16\x04"
                                 "c\x16\x7f"
                                 "d\x16\x16"
                                 "e\r\x04",
                                 "a\x03"
                                 "b\x04"
                                 "c\x7f"
                                 "d\x16"
                                 "e\r\n"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Terminal, KeysSendSignalsToTheJob) {
  for (const auto& [key, signal] : {std::pair(kControlC, SIGINT), {kControlBackslash, SIGQUIT}}) {
    TerminalSession session(UnderShim({"sh", "-c", "ulimit -c 0; echo ready; exec sleep 600"}));
    session.AwaitText("ready\r\n");
    session.Type(key);
    EXPECT_EQ(session.Wait(), 128 + signal);
  }
}

TEST(Terminal, PassesTheSizeAndItsChanges) {
  const Report report;
  TerminalSession session(UnderShim({TestProgram("terminal_state"), report.path(), "resized"}));
  session.AwaitText("ready\r\n");
  session.Resize(50, 132);
  EXPECT_EQ(session.AwaitText("\r\n"), "size 50 132\r\n");
}

TEST(Terminal, EverythingArrivesThroughAPtyAtASlowReader) {
  TerminalSession session(UnderShim({TestProgram("output_writer"), "610000"}));
  // Lines of 60 characters; the pty makes two of each line's end.
  EXPECT_EQ(session.ReadAll().size(), 620'000U);
  EXPECT_EQ(session.Wait(), 0);
}

TEST(Terminal, ShowsWhatTheFilterHoldsBackOnceTheOutputRests) {
  // The prompt's last two bytes could begin the secret.
  TerminalSession session(
      {.argv = UnderShim({"sh", "-c", "printf 'name? '; read -r name; echo \"<$name>\""},
                         {"--hold-back", "20ms"}),
       .environment = {"ASKED_SECRET=? hidden value", "TERM=dumb", "PATH=/usr/bin:/bin"}});
  EXPECT_EQ(session.AwaitText("name? "), "name? ");
  session.Type("x\r");
  session.AwaitText("<x>\r\n");
  EXPECT_EQ(session.Wait(), 0);
}

TEST(Terminal, HangUpEndsTheJob) {
  TerminalSession session(UnderShim({"sh", "-c", "echo ready; exec sleep 600"}));
  session.AwaitText("ready\r\n");
  session.HangUp();
  EXPECT_EQ(session.Wait(), 128 + SIGHUP);
}

TEST(Terminal, NeverMeansPipesAlwaysMeansAPty) {
  const Report report;
  const std::vector<std::string> command = {TestProgram("terminal_state"), report.path()};
  EXPECT_EQ(TerminalSession(UnderShim(command, {"--tty", "never"})).Wait(), 0);
  EXPECT_EQ(report.Words(), (std::set<std::string>{"stdin", "foreground"}));
  EXPECT_EQ(RunShim(ShimProcess::Setup{{"--tty", "always"}, command}).exit_status, 0);
  EXPECT_EQ(report.Words(),
            (std::set<std::string>{"stdout", "leads_session", "leads_group", "foreground"}));
}

TEST(Terminal, AShimInsideAShimWorks) {
  TerminalSession session(
      UnderShim(UnderShim({"sh", "-c", "echo ready; read -r x; echo \"<$x>\"; exit 9"})));
  session.AwaitText("ready\r\n");
  session.Type("deep\r");
  session.AwaitText("<deep>\r\n");
  EXPECT_EQ(session.Wait(), 9);
}

TEST(Terminal, AKeyThatTheWholeGroupGotIsNotSentAgain) {
  constexpr int kRounds = 5;
  TerminalSession session(
      {.argv = UnderShim({"sh", "-c", "exec " + TestProgram("signal_log") + " 10 >&2"}),
       .output = Place::kNowhere});
  ASSERT_TRUE(session.Shows("ready\r\n"));
  for (int i = 0; i < kRounds; ++i) {
    session.Type(kControlC);
    ASSERT_TRUE(session.Shows("signal 2 "));
    ::kill(session.pid(), SIGUSR1);
    EXPECT_THAT(session.AwaitText("signal 10 "), Not(HasSubstr("signal 2 ")));
  }
  EXPECT_EQ(session.Wait(), 0);
}

TEST(Terminal, ControlZBetweenForkAndExecStopsBothAndContinueResumesBoth) {
  // The output goes elsewhere, so that the job stays in the shim's group and both get the signal.
  std::vector<std::string> command = {TestProgram("hold_before_exec")};
  for (std::string& word : UnderShim({"sh", "-c", "echo ran >&2; exit 7"})) {
    command.push_back(std::move(word));
  }
  TerminalSession session({.argv = std::move(command),
                           .output = Place::kNowhere,
                           .leader = TerminalSession::Leader::kShell});
  ASSERT_TRUE(session.Shows("held\r\n")) << session.WholeScreen();
  session.Type(kControlZ);
  ASSERT_TRUE(session.Shows("stopped\r\n")) << session.WholeScreen();
  ASSERT_TRUE(session.Shows("ran\r\n")) << session.WholeScreen();
  EXPECT_EQ(session.Wait(), 7);
}

// A job that answers each line, so that a test knows when it has the terminal. Lines for it end in
// "\n": "\r" would stay one if it came while the shell's line editor still had the terminal.
constexpr char kAnswering[] = "echo ready >&2; while read -r x; do echo \"<$x>\" >&2; done";

// An interactive shell outside, as people have it.
class JobControl : public ::testing::Test {
 protected:
  JobControl() : shell_({"bash", "--norc", "--noprofile", "-i"}) { shell_.AwaitText("prompt> "); }

  // Types a command line; returns when its echo has been shown.
  void Enter(const std::string& line) {
    shell_.Type(line + "\r");
    shell_.AwaitText("\r\n");
  }
  // Ctrl-Z, until the shell has noticed; then `fg`, and a line for the job, which answers it.
  void StopAndResume() {
    shell_.Type(kControlZ);
    shell_.AwaitText("Stopped");
    shell_.AwaitText("prompt> ");
    Enter("fg");
    shell_.Type("again\n");
  }

  static std::string Line(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) line += "'" + word + "' ";
    return line;
  }

  TerminalSession shell_;
};

TEST_F(JobControl, ControlZStopsBothAndForegroundResumesBoth) {
  Enter(Line(UnderShim({"sh", "-c", kAnswering})));
  for (int round = 0; round < 3; ++round) {
    shell_.AwaitText(round == 0 ? "ready\r\n" : "<again>\r\n");
    StopAndResume();
  }
  shell_.AwaitText("<again>\r\n");
  shell_.Type(kControlD);
  shell_.AwaitText("prompt> ");
}

TEST_F(JobControl, APipelineStopsAndResumesAsOne) {
  Enter(Line(UnderShim({"sh", "-c", kAnswering})) + "| cat");
  shell_.AwaitText("ready\r\n");
  StopAndResume();
  shell_.AwaitText("<again>\r\n");
  shell_.Type(kControlC);
  shell_.AwaitText("prompt> ");
}

TEST_F(JobControl, ControlCReachesEveryMemberOfAPipelineThatFeedsUs) {
  Enter("sleep 600 | " + Line(UnderShim({"sh", "-c", "echo ready; exec cat"})) +
        "; echo status=$?");
  shell_.AwaitText("ready\r\n");
  shell_.Type(kControlC);
  // With only the job gone, the shell would wait for `sleep` for ever.
  shell_.AwaitText("prompt> ");
}

TEST_F(JobControl, ABackgroundJobDoesNotTakeTheTerminal) {
  Enter(Line(UnderShim({"sh", "-c", "echo ready; read -r x; echo \"<$x>\""})) + "&");
  shell_.AwaitText("ready\r\r\n");
  Enter("echo typed");
  shell_.AwaitText("typed\r\n");
  shell_.AwaitText("prompt> ");
  Enter("fg");
  shell_.AwaitText("\r\n");
  shell_.Type("now\n");
  shell_.AwaitText("<now>\r\n");
  shell_.AwaitText("prompt> ");
}

// `fg` sends no signal to a job that runs: only the terminal's foreground changes.
TEST_F(JobControl, AJobThatWantsTheTerminalLateGetsItFromUs) {
  const injector::testing::TempDir directory;
  const std::string script = "echo ready >&2; until test -e " + directory / "go" +
                             "; do sleep 0.02; done; read -r x; echo \"<$x>\" >&2";
  Enter(Line(UnderShim({"sh", "-c", script}, {"--tty", "never", "--signal-scope", "group"})) + "&");
  shell_.AwaitText("ready\r\n");
  Enter("fg");
  shell_.AwaitText("\r\n");  // the command that is in the foreground now
  directory.Write("go", "");
  shell_.Type("now\n");
  EXPECT_TRUE(shell_.Shows("<now>\r\n"));
  shell_.AwaitText("prompt> ");
}

TEST(Terminal, AGroupOfItsOwnStartsInTheForeground) {
  const Report report;
  TerminalSession session(UnderShim({TestProgram("terminal_state"), report.path()},
                                    {"--tty", "never", "--signal-scope", "group"}));
  EXPECT_EQ(session.Wait(), 0);
  EXPECT_EQ(report.Words(), (std::set<std::string>{"stdin", "leads_group", "foreground"}));
}

// A shell without job control does not take the terminal back by itself.
TEST(Terminal, IsInTheForegroundOfOurCallerAgain) {
  std::vector<std::string> command = {"sh", "-c", "\"$@\"; read -r x; echo \"<$x>\"", "sh"};
  for (std::string& word : UnderShim({"true"}, {"--tty", "never", "--signal-scope", "group"})) {
    command.push_back(std::move(word));
  }
  TerminalSession session(std::move(command));
  session.Type("typed\n");
  EXPECT_TRUE(session.Shows("<typed>\r\n"));
  EXPECT_EQ(session.Wait(), 0);
}

TEST_F(JobControl, WorksInAShellInside) {
  Enter(Line(UnderShim({"bash", "--norc", "--noprofile", "-i"})));
  shell_.AwaitText("prompt> ");
  Enter(Line({"sh", "-c", kAnswering}));
  shell_.AwaitText("ready\r\n");
  StopAndResume();
  shell_.AwaitText("<again>\r\n");
  shell_.Type(kControlC);
  shell_.AwaitText("prompt> ");
  Enter("exit 5");
  shell_.AwaitText("prompt> ");
  Enter("echo status=$?");
  shell_.AwaitText("status=5\r\n");
}

TEST_F(JobControl, GroupScopeHandsTheForegroundOverAndTakesItBack) {
  Enter(Line(UnderShim({"sh", "-c", kAnswering}, {"--tty", "never", "--signal-scope", "group"})));
  shell_.AwaitText("ready\r\n");
  StopAndResume();
  shell_.AwaitText("<again>\r\n");
  shell_.Type(kControlC);
  shell_.AwaitText("prompt> ");
  Enter("echo status=$?");
  shell_.AwaitText("status=130\r\n");
}

}  // namespace
}  // namespace runner_shim
