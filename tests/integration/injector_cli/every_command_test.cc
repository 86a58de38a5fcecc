// Every command that `injector --help` knows, in use and in trouble: none prints a planted secret.

#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>

#include "tests/integration/injector_cli/injector_cli_fixture.h"
#include "tests/support/canary.h"

namespace injector {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

constexpr const char* kCanary = "canary/secret+7f3a9c";
constexpr const char* kYaml =
    "version: 1\nconnections: {mysql: {y: {host: h, password: canary/secret+7f3a9c}}}\n";

struct Row {
  const char* command;
  std::vector<std::string> arguments;  // @ stands for the test's directory
  std::string stdin_text = {};
};

// With a token that is none, so that no service is asked: cli_service_test has one.
std::vector<std::string> AtService(std::vector<std::string> words) {
  words.insert(words.end(), {"--service", "http://127.0.0.1:1", "--token-file", "@/no.token"});
  return words;
}

std::vector<Row> ConnectionRows() {
  const std::string json = R"({"password":")" + std::string(kCanary) + R"("})";
  return {
      // What it does at a terminal: wizard_test.cc.
      {"connections add", {"postgres"}},
      {"connections add", {"mysql", "--source", "yaml:@/c.yaml", "--name", kCanary}},
      {"connections add", {"mysql", "--source", "yaml:@/bad.yaml", "--dotenv"}},
      {"connections set", {"a", "--json", "-"}, json},
      {"connections set", {"a", "--json", "-"}, json + "}"},
      {"connections set", {"a", "--field", "port=" + std::string(kCanary)}},
      {"connections get", {"a"}},
      {"connections get", {"@mysql", "--source", "yaml:@/c.yaml"}},
      {"connections list", {}},
      {"connections list", {"--source", "yaml:@/c.yaml", "--source", "env"}},
      {"connections list", {"--source", "yaml:@/bad.yaml"}},
      {"connections delete", {"a"}},
      {"connections doctor", {"--offline"}},
      {"connections migrate", {"@/.env", "--out", "@/new.yaml", "--force"}},
      {"connections migrate", {"@/.env", "--out", "-"}},
      {"connections import",
       {"-", "--overwrite"},
       R"({"b":"mysql://u:canary%2Fsecret%2B7f3a9c@h"})"},
      {"connections import", {"-"}, R"({"b":{"conn_type":"mysql","port":")" + json + "\"}}"},
      {"connections import",
       {"-", "--format", "env"},
       "B=mysql://u:" + std::string(kCanary) + "@["},
      {"connections export", {}},
      {"connections export", {"--format", "yaml"}},
      {"connections rekey", {"--new-key-file", "@/new.key"}},
  };
}

std::vector<Row> VariableRows() {
  return {
      {"variables set", {"v", "--secret"}, kCanary},
      {"variables get", {"v"}},
      {"variables get", {"v", "--source", "env", "--source", "file:@/store.json"}},
      {"variables list", {}},
      {"variables list", {"--source", "file:@/store.json", "--source", "env"}},
      {"variables delete", {"v"}},
  };
}

std::vector<Row> ServiceClientRows() {
  return {
      {"attach", AtService({"a", "--repo", "r"})},
      {"detach", AtService({"a", "--org"})},
      {"repos", AtService({})},
      {"apply", AtService({"-f", "@/c.yaml"})},
      {"versions", AtService({"a"})},
      {"rollback", AtService({"a", "--to", kCanary})},
      {"tokens create", AtService({"--role", kCanary})},
      {"tokens list", AtService({})},
      {"tokens delete", AtService({kCanary})},
  };
}

std::vector<Row> LocalRows() {
  return {
      {"env", {"-c", "a"}},
      {"env", {"-c", "a", "--export"}},
      {"render", {"-"}, "{{ conn.a.password }} {{ var.v }} {{ conn.b.x }}"},
      {"render", {"-"}, "{{ " + std::string(kCanary) + " }}"},
      {"check", {"@/c.yaml", "@/job.yaml", "--strict"}},
      {"check", {"@/bad.yaml"}},
      {"types", {"mysql"}},
      {"completion", {"connections"}},
      {"key new", {"--out", "@/made.key"}},
  };
}

std::vector<Row> ServerRows() {
  return {
      {"sidecar", {"--listen", kCanary, "--service", kCanary, "--repo", kCanary}},
      {"sidecar", {"--config", "@/c.yaml"}},
      {"sidecar",
       {"--listen", "unix:@/s.sock", "--service", "https://h", "--repo", "r", "--token-file", "@/f",
        "--listen-tcp", "127.0.0.1:0", "--listen-token-file", "@/c.yaml"}},
      {"webhook", {"--listen", kCanary, "--tls-cert", kCanary}},
      {"webhook",
       {"--listen", "127.0.0.1:0", "--tls-cert", "@/c.yaml", "--tls-key", "@/c.yaml", "--config",
        "@/c.yaml"}},
      {"service init", {"--db", "sqlite:@/s.db", "--key-file", "@/new.key", "--org", "acme"}},
      {"service init", {"--db", kCanary, "--key-file", "@/new.key", "--org", kCanary}},
      {"service serve", {"--db", "sqlite:@/s.db", "--listen", kCanary}},
      {"service token", {"--db", "sqlite:@/s.db", "--key-file", "@/new.key", "--org", kCanary}},
      {"service openapi", {}},
      {"service backup", {"--db", "sqlite:@/s.db", "--out", "@/copy.db"}},
      {"service restore", {"--from", "@/copy.db", "--db", "sqlite:@/s2.db"}},
      {"service keys", {"--db", "sqlite:@/s.db"}},
      {"service rotate-key", {"--db", "sqlite:@/s.db", "--key-file", "@/new.key"}},
      {"service audit list", {"--db", "sqlite:@/s.db", "--org", "acme", "--since", kCanary}},
      {"service audit export", {"--db", "sqlite:@/s.db", "--org", "acme", "--after", kCanary}},
      {"service audit verify", {"--db", "sqlite:@/s.db", "--org", "acme", "--known", kCanary}},
      {"service audit verify", {"--file", "@/c.yaml", "--key-file", "@/new.key"}},
      {"service audit head", {"--db", "sqlite:@/s.db", "--org", kCanary}},
      {"service audit prune",
       {"--db", "sqlite:@/s.db", "--org", "acme", "--before", kCanary, "--export", "@/x"}},
      {"service rotate", {"a", "--db", "sqlite:@/s.db", "--org", kCanary, "--exec", kCanary}},
      {"service rotate", {kCanary, "--db", kCanary, "--org", "acme", "--timeout", kCanary}},
  };
}

// One for each command; those with more to say have more.
std::vector<Row> Rows() {
  std::vector<Row> all;
  for (const auto& rows :
       {ConnectionRows(), VariableRows(), ServiceClientRows(), LocalRows(), ServerRows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

class EveryCommandTest : public InjectorCliTest {
 protected:
  void SetUp() override {
    InjectorCliTest::SetUp();
    Do({"connections", "set", "a", "--type", "postgres", "--field", "host=h", "--secret",
        "password=-"},
       kCanary);
    Do({"variables", "set", "v", "--secret"}, kCanary);
    WriteFile("c.yaml", kYaml);
    WriteFile("bad.yaml", std::string(kYaml) + "  mysql: {y: {password: " + kCanary + "}\n");
    WriteFile("job.yaml", "version: 1\nconnections: [{ref: a, override: {password: " +
                              std::string(kCanary) + "}}]\n");
    WriteFile(".env", "MYSQL_HOST=h\nMYSQL_PASSWORD=" + std::string(kCanary) + "\nX_" +
                          "TOKEN=" + kCanary + "\n");
    WriteFile("new.key", std::string(64, '5'));
    WriteFile("no.token", "no token " + std::string(kCanary));
    std::filesystem::rename(StorePath(), Path("planted.json"));
  }

  // The commands below `words` that have none below them.
  std::vector<std::string> Leaves(std::vector<std::string> words = {}) const {
    words.emplace_back("--help");
    std::istringstream help(Do(words));
    words.pop_back();
    std::vector<std::string> leaves;
    bool in_commands = false;
    for (std::string line; std::getline(help, line);) {
      if (!in_commands || line.empty()) {
        in_commands = line == "Commands:";
        continue;
      }
      if (!line.starts_with("  ") || line[2] == ' ') continue;
      words.push_back(line.substr(2, line.find(' ', 2) - 2));
      std::ranges::move(Leaves(words), std::back_inserter(leaves));
      words.pop_back();
    }
    if (!leaves.empty()) return leaves;
    std::string path;
    for (const std::string& word : words) path += (path.empty() ? "" : " ") + word;
    return {path};
  }

  // Every row with `more` words, on the planted store as `spoil` leaves it.
  void ExpectNoCanary(const std::vector<std::string>& more,
                      const std::function<void(const std::string& store)>& spoil = {}) const {
    for (const Row& row : Rows()) {
      std::filesystem::copy_file(Path("planted.json"), StorePath(),
                                 std::filesystem::copy_options::overwrite_existing);
      if (spoil) spoil(StorePath());
      std::vector<std::string> words = WordsOf(row);
      words.insert(words.end(), more.begin(), more.end());
      ProgramRun call = Call(std::move(words), row.stdin_text);
      call.environment.push_back("PIPELINE_CONN_E=mysql://u:canary%2Fsecret%2B7f3a9c@h");
      call.environment.push_back("PIPELINE_VAR_V_TOKEN=" + std::string(kCanary));
      call.environment.push_back("MYSQL_PASSWORD=" + std::string(kCanary));
      const ProgramResult result = RunProgram(call);
      EXPECT_THAT(testing::ExposedForms(kCanary, result.out + result.err), IsEmpty())
          << ::testing::PrintToString(call.argv) << result.out << result.err;
      EXPECT_THAT(testing::ExposedForms(key_, result.out + result.err), IsEmpty()) << row.command;
    }
  }

 private:
  std::vector<std::string> WordsOf(const Row& row) const {
    std::istringstream command(row.command);
    std::vector<std::string> words;
    for (std::string word; command >> word;) words.push_back(word);
    for (std::string argument : row.arguments) {
      const std::size_t at = argument.find("@/");
      if (at != std::string::npos) argument.replace(at, 2, Path(""));
      words.push_back(argument);
    }
    return words;
  }
};

TEST_F(EveryCommandTest, HasARow) {
  std::vector<std::string> commands;
  for (const Row& row : Rows()) {
    if (commands.empty() || commands.back() != row.command) commands.emplace_back(row.command);
  }
  EXPECT_THAT(Leaves(), UnorderedElementsAreArray(commands)) << "add its rows to the table";
}

TEST_F(EveryCommandTest, PrintsNoSecret) { ExpectNoCanary({}); }

TEST_F(EveryCommandTest, PrintsNoSecretAsJson) { ExpectNoCanary({"--output", "json"}); }

TEST_F(EveryCommandTest, PrintsNoSecretOfADamagedStore) {
  ExpectNoCanary({}, [this](const std::string& store) {
    std::string content = FileContent(store);
    content[content.size() / 2] ^= 1;
    WriteFile("store.json", content);
  });
}

TEST_F(EveryCommandTest, PrintsNoSecretWithTheWrongKey) {
  key_ = "c0ffee" + std::string(58, '7');
  ExpectNoCanary({});
}

TEST_F(EveryCommandTest, RepeatsNoValueOfAnOptionItDoesNotKnow) {
  ExpectNoCanary({"--no-such-option=" + std::string(kCanary)});
}

}  // namespace
}  // namespace injector
