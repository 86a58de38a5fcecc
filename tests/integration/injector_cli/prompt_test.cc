// Secrets typed at a terminal: never seen, and the terminal as before on every way out.

#include <signal.h>
#include <sys/wait.h>

#include "tests/integration/injector_cli/injector_cli_fixture.h"
#include "tests/integration/injector_cli/terminal_session.h"

namespace injector {
namespace {

using testing::HasSubstr;
using testing::Not;

class PromptTest : public InjectorCliTest {
 protected:
  ProgramCall SetPassword() const {
    return Call({"connections", "set", "db", "--type", "generic", "--secret", "password"});
  }
  std::string StoredPassword() const {
    return TextAt(DoJson({"connections", "get", "db", "--reveal"}), {"fields", "password"});
  }
};

TEST_F(PromptTest, TheAnswerIsStoredAndNeverSeen) {
  TerminalSession session(SetPassword(), SessionStdin::kTerminal);
  ASSERT_TRUE(session.WaitFor("password: "));
  EXPECT_FALSE(session.EchoIsOn());
  session.Type("typed-canary\n");
  EXPECT_EQ(session.WaitForStatus(), 0);
  EXPECT_TRUE(session.SettingsAreRestored());
  EXPECT_THAT(session.WholeScreen(), Not(HasSubstr("canary")));
  EXPECT_EQ(StoredPassword(), "typed-canary");
}

TEST_F(PromptTest, AsksOnTheTerminalWhateverStdinIs) {
  TerminalSession session(SetPassword(), SessionStdin::kNull);
  ASSERT_TRUE(session.WaitFor("password: "));
  session.Type("typed-canary\n");
  EXPECT_EQ(session.WaitForStatus(), 0);
  EXPECT_EQ(StoredPassword(), "typed-canary");
}

TEST_F(PromptTest, AValueFromATerminalStdinIsAskedForWithoutEcho) {
  TerminalSession session(Call({"variables", "set", "token"}), SessionStdin::kTerminal);
  ASSERT_TRUE(session.WaitFor("token: "));
  session.Type("typed-canary\n");
  EXPECT_EQ(session.WaitForStatus(), 0);
  EXPECT_THAT(session.WholeScreen(), Not(HasSubstr("canary")));
  EXPECT_EQ(Do({"variables", "get", "token", "--reveal"}), "typed-canary\n");
}

TEST_F(PromptTest, WithoutATerminalTheOtherWaysAreNamed) {
  const ProgramResult result = RunProgram(SetPassword());
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.err, HasSubstr("password: there is no terminal"));
  EXPECT_THAT(result.err, HasSubstr("hint: "));
}

class PromptSignalTest : public PromptTest, public testing::WithParamInterface<int> {};

TEST_P(PromptSignalTest, EndsTheProgramAndRestoresTheTerminal) {
  TerminalSession session(SetPassword(), SessionStdin::kTerminal);
  ASSERT_TRUE(session.WaitFor("password: "));
  session.Type("half-a-canary");
  ASSERT_EQ(::kill(session.program(), GetParam()), 0);
  const int status = session.WaitForStatus();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), GetParam());
  EXPECT_TRUE(session.SettingsAreRestored());
  EXPECT_THAT(session.WholeScreen(), Not(HasSubstr("canary")));
  EXPECT_EQ(FileContent(StorePath()), "");
}

INSTANTIATE_TEST_SUITE_P(Signals, PromptSignalTest,
                         testing::Values(SIGHUP, SIGINT, SIGQUIT, SIGTERM));

TEST_F(PromptTest, ControlCEndsTheProgramAndRestoresTheTerminal) {
  TerminalSession session(SetPassword(), SessionStdin::kTerminal);
  ASSERT_TRUE(session.WaitFor("password: "));
  session.Type("\x03");
  EXPECT_EQ(WTERMSIG(session.WaitForStatus()), SIGINT);
  EXPECT_TRUE(session.SettingsAreRestored());
}

TEST_F(PromptTest, StoppingRestoresTheTerminalAndContinuingAsksAgain) {
  TerminalSession session(SetPassword(), SessionStdin::kTerminal);
  ASSERT_TRUE(session.WaitFor("password: "));
  session.Type("\x1a");
  EXPECT_TRUE(WIFSTOPPED(session.WaitForStatus()));
  EXPECT_TRUE(session.SettingsAreRestored());
  ASSERT_EQ(::kill(session.program(), SIGCONT), 0);
  EXPECT_TRUE(WIFCONTINUED(session.WaitForStatus()));
  ASSERT_TRUE(session.WaitFor("password: "));
  EXPECT_FALSE(session.EchoIsOn());
  session.Type("typed-canary\n");
  EXPECT_EQ(session.WaitForStatus(), 0);
  EXPECT_TRUE(session.SettingsAreRestored());
  EXPECT_EQ(StoredPassword(), "typed-canary");
}

TEST_F(PromptTest, ANewPassphraseIsAskedTwiceAndOpensTheStore) {
  key_.clear();
  TerminalSession create(Call({"--ask-passphrase", "variables", "set", "a"}), SessionStdin::kNull);
  ASSERT_TRUE(create.WaitFor("new passphrase for "));
  create.Type("passphrase-canary-1\n");
  ASSERT_TRUE(create.WaitFor("again: "));
  create.Type("passphrase-canary-1\n");
  EXPECT_EQ(create.WaitForStatus(), 0);
  EXPECT_THAT(create.WholeScreen(), Not(HasSubstr("canary")));

  TerminalSession open(Call({"variables", "list", "--ask-passphrase"}), SessionStdin::kNull);
  ASSERT_TRUE(open.WaitFor("passphrase of "));
  open.Type("passphrase-canary-1\n");
  EXPECT_EQ(open.WaitForStatus(), 0);
  EXPECT_TRUE(open.SettingsAreRestored());
}

TEST_F(PromptTest, TwoDifferentPassphrasesMakeNoStore) {
  key_.clear();
  TerminalSession session(Call({"--ask-passphrase", "variables", "set", "a"}), SessionStdin::kNull);
  ASSERT_TRUE(session.WaitFor("new passphrase for "));
  session.Type("passphrase-canary-1\n");
  ASSERT_TRUE(session.WaitFor("again: "));
  session.Type("passphrase-canary-2\n");
  EXPECT_EQ(WEXITSTATUS(session.WaitForStatus()), 1);
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(PromptTest, RekeyAsksForTheNewPassphrase) {
  Do({"variables", "set", "a"}, "1");
  TerminalSession session(Call({"connections", "rekey", "--new-passphrase"}),
                          SessionStdin::kTerminal);
  ASSERT_TRUE(session.WaitFor("new passphrase for "));
  session.Type("passphrase-canary-1\n");
  ASSERT_TRUE(session.WaitFor("again: "));
  session.Type("passphrase-canary-1\n");
  EXPECT_EQ(session.WaitForStatus(), 0);
  key_ = "passphrase-canary-1";
  EXPECT_EQ(Do({"variables", "get", "a"}), "1\n");
}

TEST_F(PromptTest, ColoursShowOnATerminalUnlessNoColorSaysOtherwise) {
  ProgramCall call = Call({"types"});
  TerminalSession coloured(call, SessionStdin::kNull);
  EXPECT_TRUE(coloured.WaitFor("\x1b[1mTYPE"));
  call.environment.push_back("NO_COLOR=1");
  TerminalSession plain(call, SessionStdin::kNull);
  EXPECT_TRUE(plain.WaitFor("vault"));  // the last of them
  EXPECT_THAT(plain.WholeScreen(), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace injector
