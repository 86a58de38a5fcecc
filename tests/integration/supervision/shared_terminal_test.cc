// The shim on a terminal that is not its own at the moment: another session's, a shell's that has
// put it into the background, one that cannot be opened a second time.

#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <vector>

#include "tests/integration/supervision/shim_process.h"
#include "tests/support/sanitizers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/terminal_session.h"

namespace runner_shim {
namespace {

using injector::testing::TerminalSession;
using Mode = TerminalSession::Mode;

std::string Line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += "'" + word + "' ";
  return line;
}

// An interactive shell that has shown its prompt.
class SharedTerminal : public ::testing::Test {
 protected:
  SharedTerminal() : shell_({"bash", "--norc", "--noprofile", "-i"}) {
    shell_.AwaitText("prompt> ");
  }
  TerminalSession shell_;
};

struct Elsewhere {
  const char* name;
  std::string redirections;
};

void PrintTo(const Elsewhere& row, std::ostream* out) { *out << row.name; }

class AnotherSession : public SharedTerminal, public ::testing::WithParamInterface<Elsewhere> {};

TEST_P(AnotherSession, KeepsItsKeysAndItsModes) {
  const std::string command =
      Line(UnderShim({"sh", "-c", "printf \"re%sy %s \" ad $$; exec sleep 600"}));
  shell_.Type("setsid " + command + GetParam().redirections + " &\r");
  ASSERT_TRUE(shell_.Shows("ready "));
  const pid_t job = std::stoi(shell_.AwaitText(" "));
  // By now the shim has taken the terminal, if it ever does: into a mode without OPOST, which the
  // shell's line editor leaves alone.
  EXPECT_NE(shell_.Settings().c_oflag & OPOST, 0U);
  shell_.Type("echo ty''ped\r");
  EXPECT_TRUE(shell_.Shows("typed\r\n"));
  ::kill(job, SIGKILL);
}

INSTANTIATE_TEST_SUITE_P(All, AnotherSession,
                         ::testing::Values(Elsewhere{"terminal_for_all", ""},
                                           Elsewhere{"terminal_for_output", "</dev/null"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(SharedTerminal, AJobInASessionWithoutOneReadsItAsWithoutUs) {
  shell_.Type("setsid --wait " +
              Line(UnderShim({"sh", "-c", "echo ready; read -r x; echo \"<$x>\""})) + "\r");
  ASSERT_TRUE(shell_.Shows("ready\r"));
  shell_.Type("line\n");
  EXPECT_TRUE(shell_.Shows("<line>\r"));
  EXPECT_TRUE(shell_.Shows("prompt> "));
}

TEST_F(SharedTerminal, AJobFromTheBackgroundGetsTheModesOfTheForeground) {
  const injector::testing::TempDir directory;
  // The shim starts once the shell's line editor has the terminal.
  std::vector<std::string> command = {
      "sh", "-c", "until test -e " + directory / "go" + "; do sleep 0.02; done; exec \"$@\"", "sh"};
  for (std::string& word :
       UnderShim({"sh", "-c", "stty -a; echo ready; read -r x; stty -a; echo end"})) {
    command.push_back(std::move(word));
  }
  shell_.Type(Line(command) + "&\r");
  shell_.AwaitText("prompt> ");
  directory.Write("go", "");
  ASSERT_NE(shell_.AwaitText("ready\r").find("-icanon"), std::string::npos);
  shell_.Type("fg\r");
  shell_.AwaitText("\r\n");
  shell_.AwaitText("\r\n");  // the command that is in the foreground now
  shell_.AwaitMode(Mode::kRaw);
  shell_.Type("now\n");
  const std::string settings = shell_.AwaitText("end\r\n");
  for (const char* mode : {" icanon", " echo ", " icrnl"}) {
    EXPECT_NE(settings.find(mode), std::string::npos) << mode << " in " << settings;
  }
}

// No second description of the terminal by way of /proc, as when it is another user's (su).
TerminalSession WithoutProc(const std::vector<std::string>& command) {
  std::vector<std::string> words = {
      "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc || exit 32; exec \"$@\"", "sh"};
  for (std::string& word : UnderShim(command)) words.push_back(std::move(word));
  return TerminalSession(std::move(words));
}

TEST(ATerminalWithoutProc, GetsEverything) {
  if (injector::testing::kThreadSanitizer) GTEST_SKIP() << "its runtime misses /proc, and says so";
  TerminalSession session(WithoutProc({TestProgram("output_writer"), "122000"}));
  const std::string shown = session.ReadAll();
  const int status = session.Wait();
  if (status == 1 || status == 32) GTEST_SKIP() << "needs the right to mount";
  EXPECT_EQ(status, 0);
  EXPECT_EQ(shown.size(), 124'000U);
}

}  // namespace
}  // namespace runner_shim
