// Secrets typed at a terminal: never seen, and the terminal as before on every way out.

#include <signal.h>
#include <sys/wait.h>

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PromptTest : public InjectorCliTest {
 protected:
  ProgramRun SetPassword() const {
    return Call({"connections", "set", "db", "--type", "generic", "--secret", "password"});
  }
  std::string StoredPassword() const {
    return TextAt(DoJson({"connections", "get", "db", "--reveal"}), {"fields", "password"});
  }
};

TEST_F(PromptTest, TheAnswerIsStoredAndNeverSeen) {
  TerminalSession session(AtTerminal(SetPassword()));
  ASSERT_TRUE(session.Shows("password: "));
  EXPECT_FALSE(session.EchoIsOn());
  session.Type("typed-canary\n");
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_TRUE(session.SettingsAreRestored());
  EXPECT_THAT(session.WholeScreen(), Not(HasSubstr("canary")));
  EXPECT_EQ(StoredPassword(), "typed-canary");
}

TEST_F(PromptTest, AsksOnTheTerminalWhateverStdinIs) {
  TerminalSession session(AtTerminal(SetPassword(), Place::kNowhere));
  ASSERT_TRUE(session.Shows("password: "));
  session.Type("typed-canary\n");
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_EQ(StoredPassword(), "typed-canary");
}

TEST_F(PromptTest, AValueFromATerminalStdinIsAskedForWithoutEcho) {
  TerminalSession session(AtTerminal(Call({"variables", "set", "token"})));
  ASSERT_TRUE(session.Shows("token: "));
  session.Type("typed-canary\n");
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_THAT(session.WholeScreen(), Not(HasSubstr("canary")));
  EXPECT_EQ(Do({"variables", "get", "token", "--reveal"}), "typed-canary\n");
}

TEST_F(PromptTest, NothingTypedKeepsTheValueThatAVariableHas) {
  Do({"variables", "set", "token"}, "canary-before");
  TerminalSession session(AtTerminal(Call({"variables", "set", "token", "--no-secret"})));
  ASSERT_TRUE(session.Shows("token (nothing typed: as it is): "));
  session.Type("\n");
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_EQ(Do({"variables", "get", "token"}), "canary-before\n");
}

TEST_F(PromptTest, WithoutATerminalTheOtherWaysAreNamed) {
  const ProgramResult result = RunProgram(SetPassword());
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.err, HasSubstr("password: there is no terminal"));
  EXPECT_THAT(result.err, HasSubstr("hint: "));
}

class PromptSignalTest : public PromptTest, public ::testing::WithParamInterface<int> {};

TEST_P(PromptSignalTest, EndsTheProgramAndRestoresTheTerminal) {
  TerminalSession session(AtTerminal(SetPassword()));
  ASSERT_TRUE(session.Shows("password: "));
  session.Type("half-a-canary");
  ASSERT_EQ(::kill(session.pid(), GetParam()), 0);
  const int status = session.NextStatus();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), GetParam());
  EXPECT_TRUE(session.SettingsAreRestored());
  EXPECT_THAT(session.WholeScreen(), Not(HasSubstr("canary")));
  EXPECT_EQ(FileContent(StorePath()), "");
}

INSTANTIATE_TEST_SUITE_P(Signals, PromptSignalTest,
                         ::testing::Values(SIGHUP, SIGINT, SIGQUIT, SIGTERM));

TEST_F(PromptTest, ControlCEndsTheProgramAndRestoresTheTerminal) {
  TerminalSession session(AtTerminal(SetPassword()));
  ASSERT_TRUE(session.Shows("password: "));
  session.Type("\x03");
  EXPECT_EQ(WTERMSIG(session.NextStatus()), SIGINT);
  EXPECT_TRUE(session.SettingsAreRestored());
}

TEST_F(PromptTest, StoppingRestoresTheTerminalAndContinuingAsksAgain) {
  TerminalSession session(AtTerminal(SetPassword()));
  ASSERT_TRUE(session.Shows("password: "));
  session.Type("\x1a");
  EXPECT_TRUE(WIFSTOPPED(session.NextStatus()));
  EXPECT_TRUE(session.SettingsAreRestored());
  ASSERT_EQ(::kill(session.pid(), SIGCONT), 0);
  EXPECT_TRUE(WIFCONTINUED(session.NextStatus()));
  ASSERT_TRUE(session.Shows("password: "));
  EXPECT_FALSE(session.EchoIsOn());
  session.Type("typed-canary\n");
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_TRUE(session.SettingsAreRestored());
  EXPECT_EQ(StoredPassword(), "typed-canary");
}

TEST_F(PromptTest, ANewPassphraseIsAskedTwiceAndOpensTheStore) {
  key_.clear();
  TerminalSession create(AtTerminal(
      Call({"--ask-passphrase", "variables", "set", "a", "--allow-empty"}), Place::kNowhere));
  ASSERT_TRUE(create.Shows("new passphrase for "));
  create.Type("passphrase-canary-1\n");
  ASSERT_TRUE(create.Shows("again: "));
  create.Type("passphrase-canary-1\n");
  EXPECT_EQ(create.NextStatus(), 0);
  EXPECT_THAT(create.WholeScreen(), Not(HasSubstr("canary")));

  TerminalSession open(
      AtTerminal(Call({"variables", "list", "--ask-passphrase"}), Place::kNowhere));
  ASSERT_TRUE(open.Shows("passphrase of "));
  open.Type("passphrase-canary-1\n");
  EXPECT_EQ(open.NextStatus(), 0);
  EXPECT_TRUE(open.SettingsAreRestored());
}

TEST_F(PromptTest, TwoDifferentPassphrasesMakeNoStore) {
  key_.clear();
  TerminalSession session(
      AtTerminal(Call({"--ask-passphrase", "variables", "set", "a"}), Place::kNowhere));
  ASSERT_TRUE(session.Shows("new passphrase for "));
  session.Type("passphrase-canary-1\n");
  ASSERT_TRUE(session.Shows("again: "));
  session.Type("passphrase-canary-2\n");
  EXPECT_EQ(WEXITSTATUS(session.NextStatus()), 1);
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(PromptTest, RekeyAsksForTheNewPassphrase) {
  Do({"variables", "set", "a"}, "1");
  TerminalSession session(AtTerminal(Call({"connections", "rekey", "--new-passphrase"})));
  ASSERT_TRUE(session.Shows("new passphrase for "));
  session.Type("passphrase-canary-1\n");
  ASSERT_TRUE(session.Shows("again: "));
  session.Type("passphrase-canary-1\n");
  EXPECT_EQ(session.NextStatus(), 0);
  key_ = "passphrase-canary-1";
  EXPECT_EQ(Do({"variables", "get", "a"}), "1\n");
}

TEST_F(PromptTest, ColoursShowOnATerminalUnlessNoColorSaysOtherwise) {
  ProgramRun call = Call({"types"});
  TerminalSession coloured(AtTerminal(call, Place::kNowhere));
  EXPECT_TRUE(coloured.Shows("\x1b[1mTYPE"));
  call.environment.push_back("NO_COLOR=1");
  TerminalSession plain(AtTerminal(call, Place::kNowhere));
  EXPECT_TRUE(plain.Shows("vault"));  // the last of them
  EXPECT_THAT(plain.WholeScreen(), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace injector
