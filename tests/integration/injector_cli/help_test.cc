// Help, version, usage errors, and how the program looks.

#include "tests/integration/injector_cli/injector_cli_fixture.h"
#include "tests/support/paths.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

using HelpTest = InjectorCliTest;

const std::vector<std::vector<std::string>> kCommands = {{},
                                                         {"connections"},
                                                         {"connections", "set"},
                                                         {"connections", "get"},
                                                         {"connections", "list"},
                                                         {"connections", "delete"},
                                                         {"connections", "doctor"},
                                                         {"connections", "migrate"},
                                                         {"connections", "rekey"},
                                                         {"connections", "import"},
                                                         {"connections", "export"},
                                                         {"connections", "add"},
                                                         {"check"},
                                                         {"completion"},
                                                         {"env"},
                                                         {"render"},
                                                         {"variables"},
                                                         {"variables", "set"},
                                                         {"variables", "get"},
                                                         {"variables", "list"},
                                                         {"variables", "delete"},
                                                         {"attach"},
                                                         {"detach"},
                                                         {"repos"},
                                                         {"apply"},
                                                         {"versions"},
                                                         {"rollback"},
                                                         {"tokens"},
                                                         {"tokens", "create"},
                                                         {"tokens", "list"},
                                                         {"tokens", "delete"},
                                                         {"types"},
                                                         {"key"},
                                                         {"key", "new"},
                                                         {"sidecar"},
                                                         {"webhook"},
                                                         {"service"},
                                                         {"service", "init"},
                                                         {"service", "serve"},
                                                         {"service", "token"},
                                                         {"service", "openapi"},
                                                         {"service", "backup"},
                                                         {"service", "restore"},
                                                         {"service", "keys"},
                                                         {"service", "rotate"},
                                                         {"service", "rotate-key"},
                                                         {"service", "audit"},
                                                         {"service", "audit", "list"},
                                                         {"service", "audit", "export"},
                                                         {"service", "audit", "head"},
                                                         {"service", "audit", "prune"},
                                                         {"service", "audit", "verify"}};

TEST_F(HelpTest, EveryCommandTeachesByExample) {
  for (const std::vector<std::string>& command : kCommands) {
    std::string path = "injector";
    for (const std::string& word : command) path += " " + word;
    std::vector<std::string> words = command;
    words.emplace_back("--help");
    const ProgramResult result = Run(words);
    EXPECT_EQ(result.exit_status, 0) << path;
    EXPECT_EQ(result.err, "") << path;
    EXPECT_THAT(result.out, AllOf(HasSubstr("Usage: " + path), HasSubstr("\nExamples:\n  ")));
    const std::string examples = result.out.substr(result.out.find("Examples:"));
    EXPECT_THAT(examples, HasSubstr("  injector ")) << path;
    EXPECT_THAT(examples, HasSubstr(command.empty() ? "connections" : command.back())) << path;
  }
}

TEST_F(HelpTest, VersionIsOneLine) {
  EXPECT_THAT(Do({"--version"}), MatchesRegex("injector [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(HelpTest, WrongUsageExitsWith2AndAHint) {
  EXPECT_EQ(Fail(2, {"conections", "list"}),
            "injector: unknown command conections\n"
            "hint: did you mean connections? (see injector --help)\n");
  EXPECT_THAT(Fail(2, {}), HasSubstr("no command given"));
}

// It has options of the same names, which may stand in its file as well.
TEST_F(HelpTest, TheSidecarTakesItsServiceBeforeItsName) {
  const std::string token = WriteFile("token", "t");
  EXPECT_THAT(Fail(1, {"--service", "http://127.0.0.1:1", "--token-file", token, "sidecar",
                       "--repo", "web"}),
              HasSubstr("sidecar: listen where?"));
  EXPECT_THAT(Fail(2, {"--service", "ftp://h", "--token-file", token, "sidecar", "--repo", "web"}),
              HasSubstr("service URL"));
}

TEST_F(HelpTest, PlainTextWhereThereIsNoTerminal) {
  const ProgramResult result = Run({"types"});
  EXPECT_THAT(result.out, AllOf(HasSubstr("postgres"), Not(HasSubstr("\x1b"))));
}

TEST_F(HelpTest, TypesShowsTheCatalogue) {
  EXPECT_THAT(Do({"types", "postgresql"}), AllOf(HasSubstr("password"), HasSubstr("dbname")));
  const Value aws = DoJson({"types", "aws"});
  EXPECT_EQ(TextAt(aws, {"type"}), "aws");
  EXPECT_EQ(TextAt(aws.Find("fields")->items()[1], {"secret"}), "true");
  EXPECT_GT(DoJson({"types"}).items().size(), 20U);
  const std::string postgres = Do({"types", "postgres"});
  for (const char* line : {"PGPASSWORD +password\n", "PGHOST +host\n", "DATABASE_URL", "libpq"}) {
    EXPECT_THAT(postgres, ContainsRegex(line));
  }
  EXPECT_EQ(TextAt(DoJson({"types", "postgres"}), {"actsAsGeneric"}), "false");
  EXPECT_EQ(TextAt(DoJson({"types", "generic"}), {"actsAsGeneric"}), "true");
  EXPECT_THAT(Do({"types"}), AllOf(HasSubstr("JOBS GET"), HasSubstr("its fields (generic)")));
  EXPECT_THAT(Fail(1, {"types", "postgers"}), HasSubstr("did you mean postgres?"));
}

TEST_F(HelpTest, ALostResultIsAFailure) {
  ProgramRun call = Call({"types"});
  call.argv = {"/bin/sh", "-c", "exec " + tests::Program("injector") + " types > /dev/full"};
  const ProgramResult result = RunProgram(call);
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_THAT(result.err, HasSubstr("stdout"));
}

}  // namespace
}  // namespace injector
