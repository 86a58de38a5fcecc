// injector/cli/OUTPUT.md and the program say the same about --output json.

#include "tests/integration/injector_cli/output_page.h"
#include "injector/model/json.h"
#include "tests/integration/injector_cli/injector_cli_fixture.h"

namespace injector {
namespace {

using testing::Paths;

struct Row {
  const char* section;
  std::vector<std::string> words;  // @ stands for the test's directory
  Paths absent;                    // members that this call does not show
};

TEST_F(InjectorCliTest, TheOutputPageNamesEveryMember) {
  Do({"connections", "set", "a", "--type", "mysql", "--field", "host=h", "--secret", "password=-",
      "--expires", "2099-01-31T08:00:00Z", "--rotate-every", "90d"},
     "canary");
  Do({"variables", "set", "v"}, "x");
  WriteFile("c.yaml", "version: 1\nconnections: {mysql: {y: {host: '${H}', bad: 1}}}\n");
  WriteFile("b.json", R"({"version":1,"connections":[{"name":"b","type":"mysql","fields":{}}],
                          "variables":[{"key":"w","value":"x"}]})");
  WriteFile("x.env", "MYSQL_HOST=h\nX=1\n");
  Do({"service", "init", "--db", "sqlite:" + Path("s.db"), "--org", "acme", "--key-file",
      WriteFile("key", std::string(64, '1'))});
  const std::vector<Row> rows = {
      {"connections get", {"connections", "get", "a"}, {"noScrub[]"}},
      {"connections list",
       {"connections", "list", "--source", "file:@/store.json", "--source", "yaml:@/c.yaml",
        "--source", "file:@/store.json"},
       // The last are a service's.
       {"[].noScrub[]", "[].lastUsedAt", "[].rotateBy", "[].rotatedAt"}},
      {"connections doctor", {"connections", "doctor", "--offline"}, {}},
      {"connections import", {"connections", "import", "@/b.json"}, {}},
      {"connections migrate", {"connections", "migrate", "@/x.env", "--out", "@/n.yaml"}, {}},
      {"variables get", {"variables", "get", "v"}, {}},
      {"variables list", {"variables", "list"}, {"[].source", "[].shadowedBy"}},
      {"variables list",
       {"variables", "list", "--source", "file:@/store.json", "--source", "file:@/store.json"},
       {"[].updatedAt"}},
      {"service keys", {"service", "keys", "--db", "sqlite:@/s.db"}, {"[].retiredAt"}},
      {"env", {"env", "-c", "a"}, {}},
      {"check", {"check", "@/c.yaml"}, {}},
      {"types", {"types", "mysql"}, {}},
  };
  for (const Row& row : rows) {
    std::vector<std::string> words = row.words;
    for (std::string& word : words) {
      const std::size_t at = word.find("@/");
      if (at != std::string::npos) word.replace(at, 2, Path(""));
    }
    words.insert(words.end(), {"--output", "json"});
    const Result<Value> json = ParseJson(Run(words).out);
    ASSERT_TRUE(json.ok()) << row.section;
    Paths expected = testing::PageMembers(row.section);
    for (const std::string& path : row.absent) expected.erase(path);
    EXPECT_EQ(testing::PathsIn(*json), expected) << row.section;
  }
}

}  // namespace
}  // namespace injector
