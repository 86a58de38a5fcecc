// injector/cli/OUTPUT.md and the program say the same about --output json.

#include <fstream>
#include <map>
#include <set>

#include "injector/model/json.h"
#include "tests/integration/injector_cli/injector_cli_fixture.h"
#include "tests/support/paths.h"

namespace injector {
namespace {

using Paths = std::set<std::string>;

// The members of each section of the page.
std::map<std::string, Paths> PageMembers() {
  std::ifstream page(tests::SourceFile("../injector/cli/OUTPUT.md"));
  std::map<std::string, Paths> members;
  std::string section;
  for (std::string line; std::getline(page, line);) {
    const std::size_t start = line.find('`') + 1;
    if (line.starts_with("## `")) section = line.substr(start, line.find('`', start) - start);
    if (line.starts_with("| `")) {
      members[section].insert(line.substr(start, line.find('`', start) - start));
    }
  }
  // "As `connections get` for each, and:"
  for (const std::string& path : members["connections get"]) {
    members["connections list"].insert("[]." + path);
  }
  return members;
}

// Every leaf of `json`, as the page writes it; an empty list or map is none.
void CollectPaths(const Value& json, const std::string& path, Paths& paths) {
  if (json.kind() == Value::Kind::kList) {
    for (const Value& item : json.items()) CollectPaths(item, path + "[]", paths);
  } else if (json.kind() == Value::Kind::kMap) {
    for (const Value::Member& member : json.members()) {
      const bool any_name = path.ends_with("fields");
      const std::string below = path.empty() ? "" : path + ".";
      CollectPaths(member.value, below + (any_name ? "*" : member.name), paths);
    }
  } else {
    paths.insert(path);
  }
}

struct Row {
  const char* section;
  std::vector<std::string> words;  // @ stands for the test's directory
  Paths absent;                    // members that this call does not show
};

TEST_F(InjectorCliTest, TheOutputPageNamesEveryMember) {
  Do({"connections", "set", "a", "--type", "mysql", "--field", "host=h", "--secret", "password=-",
      "--expires", "2099-01-31T08:00:00Z"},
     "canary");
  Do({"variables", "set", "v"}, "x");
  WriteFile("c.yaml", "version: 1\nconnections: {mysql: {y: {host: '${H}', bad: 1}}}\n");
  WriteFile("b.json", R"({"version":1,"connections":[{"name":"b","type":"mysql","fields":{}}],
                          "variables":[{"key":"w","value":"x"}]})");
  WriteFile("x.env", "MYSQL_HOST=h\nX=1\n");
  const std::vector<Row> rows = {
      {"connections get", {"connections", "get", "a"}, {"noScrub[]"}},
      {"connections list",
       {"connections", "list", "--source", "file:@/store.json", "--source", "yaml:@/c.yaml",
        "--source", "file:@/store.json"},
       {"[].noScrub[]"}},
      {"connections doctor", {"connections", "doctor", "--offline"}, {}},
      {"connections import", {"connections", "import", "@/b.json"}, {}},
      {"connections migrate", {"connections", "migrate", "@/x.env", "--out", "@/n.yaml"}, {}},
      {"variables get", {"variables", "get", "v"}, {}},
      {"variables list", {"variables", "list"}, {"[].source", "[].shadowedBy"}},
      {"variables list",
       {"variables", "list", "--source", "file:@/store.json", "--source", "file:@/store.json"},
       {"[].updatedAt"}},
      {"env", {"env", "-c", "a"}, {}},
      {"check", {"check", "@/c.yaml"}, {}},
      {"types", {"types", "mysql"}, {}},
  };
  const std::map<std::string, Paths> page = PageMembers();
  for (const Row& row : rows) {
    std::vector<std::string> words = row.words;
    for (std::string& word : words) {
      const std::size_t at = word.find("@/");
      if (at != std::string::npos) word.replace(at, 2, Path(""));
    }
    words.insert(words.end(), {"--output", "json"});
    const Result<Value> json = ParseJson(Run(words).out);
    ASSERT_TRUE(json.ok()) << row.section;
    Paths printed;
    CollectPaths(*json, "", printed);
    ASSERT_TRUE(page.contains(row.section)) << row.section;
    Paths expected = page.at(row.section);
    for (const std::string& path : row.absent) expected.erase(path);
    EXPECT_EQ(printed, expected) << row.section;
  }
}

}  // namespace
}  // namespace injector
