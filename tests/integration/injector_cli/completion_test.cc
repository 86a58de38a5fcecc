// Scripts for shells: they parse, and they offer what fits.

#include <unistd.h>

#include <algorithm>
#include <sstream>

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
    ProgramRun run = InjectorCliTest::Call({});
    const std::string program = tests::Program("injector");
    run.environment.push_back("PATH=" + program.substr(0, program.rfind('/')) +
                              ":/usr/local/bin:/usr/bin:/bin");
    run.argv = std::move(argv);
    return RunProgram(run);
  }

  // What `shell` offers at the end of each line, sorted. One process for all of them.
  std::vector<std::vector<std::string>> Offered(const std::string& shell,
                                                const std::vector<std::string>& lines) const {
    std::string program = Prologue(shell) + "\n";
    for (const std::string& line : lines) program += Call(shell, line) + "\necho '=='\n";
    const ProgramResult result = RunShell({shell, WriteFile("ask." + shell, program)});
    EXPECT_EQ(result.err, "") << shell;
    std::vector<std::vector<std::string>> offered(1);
    std::istringstream out(result.out);
    for (std::string line; std::getline(out, line);) {
      if (line == "==") {
        std::ranges::sort(offered.back());
        offered.emplace_back();
      } else if (!line.empty()) {
        offered.back().push_back(line.substr(0, line.find('\t')));  // fish: a description
      }
    }
    offered.pop_back();
    return offered;
  }

  // Loads the script. zsh completes in its line editor alone: its own commands are stood in for.
  std::string Prologue(const std::string& shell) const {
    std::string standins;
    if (shell == "zsh") {
      standins =
          "compdef() { :; }; compset() { :; }; _files() { print -l -- ${word}*(N); }\n"
          "compadd() { shift; local c; for c; do [[ $c == ${word}* ]] && print -r -- $c; done; "
          "true; }\n";
    }
    return standins + "source " + Script(shell);
  }

  static std::string Call(const std::string& shell, const std::string& line) {
    if (shell == "fish") return "complete -C " + ("'" + line + "'");
    const std::string words = line.ends_with(' ') ? line + "''" : line;
    if (shell == "zsh") return "words=(" + words + ") CURRENT=${#words}; _injector";
    return "COMP_WORDS=(" + words +
           "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _injector; "
           "printf '%s\\n' \"${COMPREPLY[@]}\"";
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

TEST_F(CompletionTest, EveryShellOffersCommandsOptionsAndNames) {
  Do({"connections", "set", "movies", "--type", "postgres", "--field", "host=h"});
  Do({"variables", "set", "region"}, "eu");
  WriteFile("a-file.json", "");
  const std::pair<std::string, std::vector<std::string>> rows[] = {
      {"injector conn", {"connections"}},
      {"injector connections ge", {"get"}},
      {"injector connections get ", {"movies"}},
      {"injector connections get --re", {"--reveal"}},
      {"injector connections delete mo", {"movies"}},
      {"injector connections set x --type postg", {"postgres"}},
      {"injector variables get ", {"region"}},
      {"injector --output ", {"json", "text"}},
      {"injector connections list --output j", {"json"}},
      {"injector connections get movies --key-file " + Path("a-f"), {Path("a-file.json")}},
      {"injector connections import " + Path("a-f"), {Path("a-file.json")}},
      {"injector check --kind j", {"job"}},
      {"injector completion f", {"fish"}},
      {"injector types supa", {"supabase"}},
      {"injector att", {"attach"}},
      {"injector attach mo", {"movies"}},
      {"injector rollback mo", {"movies"}},
      {"injector tokens create --role d", {"developer"}},
      {"injector apply -f " + Path("a-f"), {Path("a-file.json")}},
      {"injector connections list --serv", {"--service"}},
      {"injector sidecar --serv", {"--service"}},
      {"injector no-such-command", {}},
  };
  std::vector<std::string> lines;
  for (const auto& [line, offered] : rows) lines.push_back(line);
  for (const char* shell : {"bash", "zsh", "fish"}) {
    if (!IsInstalled(shell)) continue;
    const auto offered = Offered(shell, lines);
    ASSERT_EQ(offered.size(), std::size(rows)) << shell;
    for (std::size_t i = 0; i < offered.size(); ++i) {
      EXPECT_EQ(offered[i], rows[i].second) << shell << ": " << rows[i].first;
    }
  }
}

TEST_F(CompletionTest, ValuesBehindAnEqualsSignAreOffered) {
  EXPECT_EQ(Offered("bash", {"injector --output = j", "injector --output ="}),
            (std::vector<std::vector<std::string>>{{"json"}, {"json", "text"}}));
  if (!IsInstalled("zsh")) return;
  EXPECT_EQ(Offered("zsh", {"injector --output=j"}),
            (std::vector<std::vector<std::string>>{{"json"}}));
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
