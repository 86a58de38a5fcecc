// Scripts for shells: they parse, and they offer what fits.

#include <unistd.h>

#include "tests/integration/injector_cli/injector_cli_fixture.h"
#include "tests/support/paths.h"

namespace injector {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class CompletionTest : public InjectorCliTest {
 protected:
  std::string Script(const std::string& shell) const {
    return WriteFile("script." + shell, Do({"completion", shell}));
  }

  ProgramResult RunShell(std::vector<std::string> argv) const {
    ProgramRun run = Call({});
    const std::string program = tests::Program("injector");
    run.environment.push_back("PATH=" + program.substr(0, program.rfind('/')) +
                              ":/usr/local/bin:/usr/bin:/bin");
    run.argv = std::move(argv);
    return RunProgram(run);
  }

  // What bash offers for the last of `words`, one a line.
  std::string Offered(const std::string& words) const {
    const ProgramResult result =
        RunShell({"bash", "-c",
                  "source " + Script("bash") + "; COMP_WORDS=(" + words +
                      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _injector; "
                      "printf '%s\\n' \"${COMPREPLY[@]}\""});
    EXPECT_EQ(result.err, "") << words;
    return result.out;
  }

  static bool IsInstalled(const std::string& shell) {
    return ::access(("/usr/bin/" + shell).c_str(), X_OK) == 0 ||
           ::access(("/bin/" + shell).c_str(), X_OK) == 0;
  }
};

TEST_F(CompletionTest, EveryScriptParses) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = Script(shell);
    EXPECT_THAT(FileContent(script), AllOf(HasSubstr("injector connections get"),
                                           HasSubstr("reveal"), HasSubstr("key-file")));
    if (!IsInstalled(shell)) continue;
    const ProgramResult result = RunShell({shell, "-n", script});
    EXPECT_EQ(result.exit_status, 0) << shell << result.err;
  }
}

TEST_F(CompletionTest, BashOffersCommandsOptionsAndNames) {
  Do({"connections", "set", "movies", "--type", "postgres", "--field", "host=h"});
  Do({"variables", "set", "region"}, "eu");
  const struct {
    const char* words;
    const char* offered;
  } rows[] = {
      {"injector conn", "connections\n"},
      {"injector connections ge", "get\n"},
      {"injector connections get ''", "movies\n"},
      {"injector connections get --re", "--reveal\n"},
      {"injector connections delete mo", "movies\n"},
      {"injector connections set x --type postg", "postgres\n"},
      {"injector variables get ''", "region\n"},
      {"injector --output ''", "text\njson\n"},
      {"injector connections list --output j", "json\n"},
      {"injector completion f", "fish\n"},
      {"injector types supa", "supabase\n"},
      {"injector no-such-command", "\n"},
  };
  for (const auto& row : rows) EXPECT_EQ(Offered(row.words), row.offered) << row.words;
  WriteFile("a-file.json", "");
  EXPECT_THAT(Offered("injector connections import " + Path("a-f")), HasSubstr("a-file.json"));
}

TEST_F(CompletionTest, NamesNeedNoKey) {
  Do({"connections", "set", "movies", "--type", "postgres", "--field", "host=h"});
  key_ = "";
  EXPECT_EQ(Do({"completion", "connections"}), "movies\n");
  EXPECT_THAT(Do({"completion", "types"}), HasSubstr("postgres\n"));
}

TEST_F(CompletionTest, OtherShellsAreRefused) {
  EXPECT_THAT(Fail(2, {"completion", "tcsh"}),
              AllOf(HasSubstr("bash, zsh or fish"), Not(HasSubstr("tcsh"))));
}

}  // namespace
}  // namespace injector
