#include "tests/integration/injector_cli/output_page.h"

#include <fstream>
#include <map>

#include "tests/support/paths.h"

namespace injector::testing {
namespace {

// The members of each section.
std::map<std::string, Paths> ReadPage() {
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
  members["apply"].merge(Paths(members["repos"]));
  return members;
}

Paths Below(const Value& json, const std::string& path) {
  Paths paths;
  if (json.kind() == Value::Kind::kList) {
    for (const Value& item : json.items()) paths.merge(Below(item, path + "[]"));
  } else if (json.kind() == Value::Kind::kMap) {
    for (const Value::Member& member : json.members()) {
      const bool any_name = path.ends_with("fields");
      const std::string before = path.empty() ? "" : path + ".";
      paths.merge(Below(member.value, before + (any_name ? "*" : member.name)));
    }
  } else {
    paths.insert(path);
  }
  return paths;
}

}  // namespace

Paths PageMembers(const std::string& section) { return ReadPage()[section]; }

Paths PathsIn(const Value& json) { return Below(json, ""); }

}  // namespace injector::testing
