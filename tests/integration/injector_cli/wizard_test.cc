// connections add: questions and answers at a terminal.

#include <sys/wait.h>

#include <filesystem>

#include "tests/integration/injector_cli/injector_cli_fixture.h"
#include "tests/support/paths.h"

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

// The file that people keep, with their comments.
constexpr const char* kKept =
    "version: 1   # ours\nconnections:\n  mysql:\n    # do not touch\n    books: {host: b}\n"
    "\n  # caches\n  redis: {}\n";

class WizardFileTest : public WizardTest {
 protected:
  std::vector<std::string> Source() const { return {"--source", "yaml:" + Path("c.yaml")}; }
  std::vector<std::string> With(std::vector<std::string> words) const {
    for (const std::string& word : Source()) words.push_back(word);
    return words;
  }
  // A job with `more` in its environment, which says whether its password is `expected`.
  ProgramResult Job(const std::string& expected, const std::vector<std::string>& more = {}) const {
    ProgramRun call = Call(With({"-c", "movies"}));
    call.argv.front() = tests::Program("runner-shim");
    call.argv.insert(call.argv.end(),
                     {"--", "sh", "-c", "test \"$MYSQL_PWD\" = \"$WANTED\" && echo $MYSQL_HOST"});
    call.environment.insert(call.environment.end(), more.begin(), more.end());
    call.environment.push_back("WANTED=" + expected);
    return RunProgram(call);
  }
};

TEST_F(WizardFileTest, NewLinesGoIntoTheFileAndSecretsBecomeVariables) {
  WriteFile("c.yaml", kKept);
  std::filesystem::permissions(Path("c.yaml"), std::filesystem::perms(0640));
  TerminalSession session(AtTerminal(Call(With({"connections", "add", "mysql"}))));
  Answer(session, {{"name: ", "books"},
                   {"this name is taken", "movies"},
                   {"host (", "m$x"},
                   {"port (", ""},
                   {"login", ""},
                   {"password (password), from a variable? [y/N]: ", "y"},
                   {"schema", ""}});
  session.Type(std::string(20, '\n'));
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_THAT(session.WholeScreen(), AllOf(HasSubstr("added @mysql.movies to " + Path("c.yaml")),
                                           HasSubstr(Path(".env") + " with a value:"),
                                           HasSubstr("MYSQL_MOVIES_PASSWORD=\r\n")));
  const std::string kept = kKept;
  const std::size_t place = kept.find("\n  # caches");
  EXPECT_EQ(FileContent(Path("c.yaml")), kept.substr(0, place) +
                                             "    movies:\n      host: m$$x\n"
                                             "      password: \"${MYSQL_MOVIES_PASSWORD}\"\n" +
                                             kept.substr(place));
  EXPECT_EQ(std::filesystem::status(Path("c.yaml")).permissions(), std::filesystem::perms(0640));
  EXPECT_FALSE(std::filesystem::exists(Path(".env")));
  Do({"check", "--strict", Path("c.yaml")});
  EXPECT_EQ(Job("pw-of-movies", {"MYSQL_MOVIES_PASSWORD=pw-of-movies"}).out, "m$x\n");
  EXPECT_THAT(Job("").err, HasSubstr("MYSQL_MOVIES_PASSWORD"));
}

TEST_F(WizardFileTest, OnRequestSecretsAreAskedForAndPutIntoDotenv) {
  WriteFile(".env", "OTHER=1");
  TerminalSession session(AtTerminal(Call(With({"connections", "add", "mysql", "--dotenv"}))));
  Answer(session, {{"name: ", "movies"}, {"host (", "h"}, {"port (", ""}, {"login", ""}});
  ASSERT_TRUE(session.Shows("password (password; not shown): "));
  EXPECT_FALSE(session.EchoIsOn());
  session.Type("typed $canary\" 'x\n");
  ASSERT_TRUE(session.Shows("schema"));
  session.Type(std::string(20, '\n'));
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_THAT(session.WholeScreen(),
              AllOf(HasSubstr("which its owner alone may read: MYSQL_MOVIES_PASSWORD"),
                    Not(HasSubstr("canary"))));
  EXPECT_EQ(FileContent(Path(".env")),
            "OTHER=1\nMYSQL_MOVIES_PASSWORD=\"typed \\$canary\\\" 'x\"\n");
  EXPECT_EQ(std::filesystem::status(Path(".env")).permissions(), std::filesystem::perms(0600));
  EXPECT_THAT(FileContent(Path("c.yaml")), Not(HasSubstr("canary")));
  Do({"check", "--strict", Path("c.yaml")});
  EXPECT_EQ(Job("typed $canary\" 'x").out, "h\n");
}

TEST_F(WizardFileTest, WhatItWouldHaveToRewriteIsLeftAloneAndTheLinesAreShown) {
  constexpr const char* kFlow = "version: 1\nconnections: {}\n";
  WriteFile("c.yaml", kFlow);
  TerminalSession session(AtTerminal(Call(With({"connections", "add", "duckdb"}))));
  Answer(session, {{"name: ", "movies"}, {"path", "/m.db"}});
  session.Type(std::string(20, '\n'));
  EXPECT_EQ(WEXITSTATUS(session.NextStatus()), 1);
  EXPECT_THAT(session.WholeScreen(),
              AllOf(HasSubstr("duckdb:\r\n  movies:\r\n    path: /m.db\r\n"),
                    HasSubstr("cannot be put in"), HasSubstr("hint: nothing was written")));
  EXPECT_EQ(FileContent(Path("c.yaml")), kFlow);
}

TEST_F(WizardFileTest, WhatWasTypedIsNotShownWhenItCannotBeWritten) {
  const struct {
    const char* connections;
    const char* dotenv;
    const char* complaint;
  } rows[] = {
      {"version: 1\nconnections: {mysql: {old: {password: old-canary}}}\n", "", "cannot be put in"},
      {kKept, "X=1\nold-canary\n", ".env:2:4: expected NAME=VALUE"},
  };
  for (const auto& row : rows) {
    WriteFile("c.yaml", row.connections);
    WriteFile(".env", row.dotenv);
    TerminalSession session(AtTerminal(Call(With({"connections", "add", "mysql", "--dotenv"}))));
    Answer(session, {{"name: ", "movies"},
                     {"host (", "h"},
                     {"port (", ""},
                     {"login", ""},
                     {"password (password; not shown): ", "typed-canary"},
                     {"schema", std::string(20, '\n')}});
    EXPECT_EQ(WEXITSTATUS(session.NextStatus()), 1) << row.complaint;
    EXPECT_THAT(session.WholeScreen(), AllOf(HasSubstr(row.complaint), Not(HasSubstr("canary"))));
    EXPECT_EQ(FileContent(Path("c.yaml")), row.connections);
    EXPECT_EQ(FileContent(Path(".env")), row.dotenv);
  }
}

TEST_F(WizardFileTest, SaysWhatIsWrongBeforeTheFirstQuestion) {
  WriteFile("c.yaml", kKept);
  TerminalSession taken(AtTerminal(Call(With({"connections", "add", "mysql", "--name", "books"}))));
  EXPECT_TRUE(taken.Shows("books: is there already"));
  WriteFile("c.yaml", "connections: [\n");
  TerminalSession broken(AtTerminal(Call(With({"connections", "add", "mysql"}))));
  EXPECT_TRUE(broken.Shows(Path("c.yaml") + ":"));
  TerminalSession store(
      AtTerminal(Call({"connections", "add", "mysql", "--source", "file:" + StorePath()})));
  EXPECT_TRUE(store.Shows("--source: expected one yaml:PATH"));
}

TEST_F(WizardFileTest, AsksWhichWhenThereIsAFileHere) {
  WriteFile("connections.yaml", kKept);
  ProgramRun call = Call({"connections", "add", "duckdb"});
  call.argv = {"env", "-C", Path(""), call.argv[0], "connections", "add", "duckdb"};
  TerminalSession session(AtTerminal(call));
  Answer(session, {{"into connections.yaml, which is here, not the store? [y/N]: ", "y"},
                   {"name: ", "movies"},
                   {"path", "/m.db"}});
  session.Type(std::string(20, '\n'));
  EXPECT_EQ(session.NextStatus(), 0);
  EXPECT_THAT(FileContent(Path("connections.yaml")), HasSubstr("  duckdb:\n    movies:\n"));
  EXPECT_EQ(FileContent(StorePath()), "");
}

TEST_F(WizardTest, NeedsATerminal) {
  EXPECT_THAT(
      Fail(1, {"connections", "add", "redis"}),
      AllOf(HasSubstr("there is no terminal to ask on"), HasSubstr("injector connections set")));
}

}  // namespace
}  // namespace injector
