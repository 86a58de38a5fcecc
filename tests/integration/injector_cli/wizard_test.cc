// connections add: questions and answers at a terminal.

#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class WizardTest : public InjectorCliTest {
 protected:
  // Answers every question with what stands beside its beginning.
  static void Answer(TerminalSession& session,
                     const std::vector<std::pair<std::string, std::string>>& answers) {
    for (const auto& [question, answer] : answers) {
      ASSERT_TRUE(session.Shows(question)) << question << "\n" << session.WholeScreen();
      session.Type(answer + "\n");
    }
  }
};

TEST_F(WizardTest, AsksForTheFieldsOfTheTypeAndHidesSecrets) {
  TerminalSession session(AtTerminal(Call({"connections", "add"})));
  Answer(session, {{"type: ", "redis"},
                   {"name: ", "cache"},
                   {"host (host name or address; required): ", ""},
                   {"this field is required", ""},
                   {"required): ", "redis.example.com"},
                   {"port (TCP port) [6379]: ", "none"},
                   {"expected a number", "6380"},
                   {"login", ""},
                   {"password (password; not shown): ", "typed-canary"},
                   {"db (", "2"},
                   {"tls (", ""},
                   {"another field? ", "api_key"},
                   {"api_key (any text; not shown): ", "second-canary"},
                   {"another field? ", ""},
                   {"description", "The cache"},
                   {"default of its type? [y/N]: ", "y"}});
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_TRUE(session.SettingsAreRestored());
  EXPECT_THAT(session.WholeScreen(),
              AllOf(HasSubstr("added @redis.cache"), Not(HasSubstr("canary"))));
  const Value json = DoJson({"connections", "get", "cache", "--reveal"});
  EXPECT_EQ(TextAt(json, {"fields"}),
            R"({"host":"redis.example.com","port":6380,"password":"typed-canary","db":2,)"
            R"("api_key":"second-canary"})");
  EXPECT_EQ(TextAt(json, {"default"}), "true");
  EXPECT_EQ(TextAt(json, {"description"}), "The cache");
}

TEST_F(WizardTest, RefusesANameThatIsTaken) {
  Do({"connections", "set", "cache", "--type", "redis", "--field", "host=h"});
  TerminalSession session(AtTerminal(Call({"connections", "add", "duckdb"})));
  Answer(session, {{"name: ", "cache"}, {"this name is taken", "other"}});
  EXPECT_TRUE(session.Shows("path"));
  EXPECT_THAT(Fail(1, {"connections", "add", "redis", "--name", "cache"}),
              HasSubstr("no terminal"));
}

TEST_F(WizardTest, InterruptedItStoresNothingAndRestoresTheTerminal) {
  TerminalSession session(AtTerminal(Call({"connections", "add", "redis", "--name", "cache"})));
  Answer(session, {{"required): ", "h"}, {"port", ""}, {"login", ""}});
  ASSERT_TRUE(session.Shows("password"));
  EXPECT_FALSE(session.EchoIsOn());
  session.Type("typed-canary\x03");
  session.NextStatus();
  EXPECT_TRUE(session.SettingsAreRestored());
  EXPECT_THAT(session.WholeScreen(), Not(HasSubstr("canary")));
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(WizardTest, AnUnansweredQuestionIsAnError) {
  TerminalSession session(AtTerminal(Call({"connections", "add"})));
  ASSERT_TRUE(session.Shows("type: "));
  session.Type("\x04");
  EXPECT_TRUE(session.Shows("the questions were left unanswered"));
}

TEST_F(WizardTest, NeedsATerminal) {
  EXPECT_THAT(
      Fail(1, {"connections", "add", "redis"}),
      AllOf(HasSubstr("there is no terminal to ask on"), HasSubstr("injector connections set")));
}

}  // namespace
}  // namespace injector
