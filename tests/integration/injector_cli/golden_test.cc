// How results look, byte for byte, in golden/: NAME.txt as a pipe gets them, NAME.terminal.txt as a
// terminal does, with ␛ for escape. INJECTOR_UPDATE_GOLDEN=1 writes the files anew: look at the
// difference before you commit it.

#include <cstdlib>
#include <fstream>

#include "tests/integration/injector_cli/injector_cli_fixture.h"
#include "tests/support/paths.h"

namespace injector {
namespace {

constexpr const char* kYaml =
    "version: 1\nconnections:\n"
    "  mysql:\n"
    "    movies: {default: true, host: db.example.com, user: app, database: movies,\n"
    "             password: '${MOVIES_PASSWORD}'}\n"
    "    archive: {host: 10.0.0.7, port: 3307, user: reader, password: '${ARCHIVE_PASSWORD}'}\n"
    "  http:\n"
    "    data_api: {host: https://api.example.com, token: '${API_TOKEN:-none}',\n"
    "               x-injector: {expiresAt: 2001-01-31T08:00:00Z, description: Films}}\n"
    "  generic:\n"
    "    notes: {colour: red, pin: literal-canary, x-injector: {secret: [pin]}}\n";

struct Row {
  const char* name;
  std::vector<std::string> words;
};

const Row kRows[] = {
    {"list", {"connections", "list", "--source", "yaml:c.yaml"}},
    {"list_json", {"connections", "list", "--source", "yaml:c.yaml", "--output", "json"}},
    {"get", {"connections", "get", "@mysql", "--source", "yaml:c.yaml"}},
    {"doctor", {"connections", "doctor", "--offline", "--source", "yaml:c.yaml"}},
    {"check", {"check", "--strict", "c.yaml", "job.yaml"}},
    {"env", {"env", "-c", "movies", "--source", "yaml:c.yaml"}},
    {"types", {"types", "mysql"}},
};

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

class GoldenTest : public InjectorCliTest {
 protected:
  void SetUp() override {
    InjectorCliTest::SetUp();
    WriteFile("c.yaml", kYaml);
    WriteFile("job.yaml", "version: 1\nconnections: [{ref: movies, prefx: A_}]\n");
  }

  // The call in the test's directory, so that no path differs from run to run.
  ProgramRun InDirectory(const Row& row) const {
    ProgramRun call = Call(row.words);
    call.environment.push_back("MOVIES_PASSWORD=canary-movies");
    call.argv.insert(call.argv.begin(), {"sh", "-c", "cd '" + Path("") + "' && exec \"$@\"", "sh"});
    return call;
  }
  std::string AtTerminalWith(const Row& row, std::vector<std::string> more) const {
    ProgramRun call = InDirectory(row);
    if (!more.empty()) std::erase(call.environment, "TERM=xterm");
    call.environment.insert(call.environment.end(), more.begin(), more.end());
    TerminalSession::Setup setup = AtTerminal(std::move(call));
    setup.leader = TerminalSession::Leader::kProgram;
    TerminalSession session(setup);
    return Replaced(Replaced(session.ReadAll(), "\r\n", "\n"), "\x1b", "␛");
  }

  static void ExpectGolden(const std::string& file, const std::string& shown) {
    const std::string path = tests::SourceFile("integration/injector_cli/golden/" + file);
    if (std::getenv("INJECTOR_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << shown;
    EXPECT_EQ(shown, FileContent(path)) << file;
  }
};

TEST_F(GoldenTest, APipeGetsPlainText) {
  for (const Row& row : kRows) {
    ExpectGolden(std::string(row.name) + ".txt", RunProgram(InDirectory(row)).out);
  }
}

TEST_F(GoldenTest, ATerminalGetsColours) {
  for (const Row& row : kRows) {
    ExpectGolden(std::string(row.name) + ".terminal.txt", AtTerminalWith(row, {}));
  }
}

TEST_F(GoldenTest, NoColorAndDumbTerminalsGetNone) {
  for (const char* setting : {"NO_COLOR=1", "TERM=dumb"}) {
    const std::string shown = AtTerminalWith(kRows[0], {setting});
    EXPECT_EQ(shown.find("␛"), std::string::npos) << shown;
    EXPECT_EQ(shown, FileContent(tests::SourceFile("integration/injector_cli/golden/list.txt")));
  }
}

}  // namespace
}  // namespace injector
