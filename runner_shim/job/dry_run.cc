#include "runner_shim/job/dry_run.h"

#include <algorithm>
#include <string_view>

#include "injector/base/printable.h"

namespace runner_shim {
namespace {

using Action = injector::EnvironmentChange::Action;

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kSet:
      return "set";
    case Action::kOverwrite:
      return "overwrite";
    case Action::kKeep:
      return "keep";
    case Action::kRemove:
      return "remove";
  }
  return "";
}

// Rows of cells in columns, each column as wide as its widest cell, the last one open.
class Table {
 public:
  void Add(const std::vector<std::string>& cells) {
    std::vector<std::string> row;
    // A stored value can neither forge a row nor steer the terminal of whoever looks.
    for (const std::string& cell : cells) row.push_back(injector::Printable(cell));
    rows_.push_back(std::move(row));
  }
  std::string Text() const {
    std::string text;
    for (const std::vector<std::string>& row : rows_) {
      std::string line = " ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        line += " " + row[i];
        if (i + 1 < row.size()) line += std::string(Width(i) - row[i].size() + 1, ' ');
      }
      text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
  }

 private:
  std::size_t Width(std::size_t column) const {
    std::size_t width = 0;
    for (const std::vector<std::string>& row : rows_) width = std::max(width, row[column].size());
    return width;
  }
  std::vector<std::vector<std::string>> rows_;
};

// One heading with its table; nothing when the table would be empty.
std::string Section(std::string_view heading, const std::string& rows) {
  return rows.empty() ? "" : std::string(heading) + "\n" + rows;
}

std::string Connections(const injector::FetchedItems& fetched) {
  Table table;
  for (const auto& connection : fetched.connections) {
    if (!connection) continue;
    table.Add({connection->item.name.Full(), "version " + std::to_string(connection->item.version),
               "from " + connection->source});
  }
  for (const auto& variable : fetched.variables) {
    if (!variable) continue;
    table.Add({"var." + variable->item.key, "version " + std::to_string(variable->item.version),
               "from " + variable->source});
  }
  return table.Text();
}

std::string Variables(const injector::InjectionPlan& plan) {
  Table table;
  for (const injector::EnvironmentChange& change : plan.variables) {
    const std::string value = change.action == Action::kRemove ? "" : "=" + change.shown;
    table.Add({std::string(ActionName(change.action)), change.name + value, change.origin});
  }
  return table.Text();
}

std::string Files(const injector::InjectionPlan& plan) {
  Table table;
  for (const injector::PlannedFile& file : plan.files) {
    table.Add({file.path, std::to_string(file.size) + " bytes", file.origin});
  }
  for (const injector::PlannedLink& link : plan.links) {
    table.Add({link.path, "-> " + link.target, link.origin});
  }
  return table.Text();
}

std::string Notes(const injector::InjectionPlan& plan) {
  std::string text;
  for (const std::string& note : plan.notes) text += "  " + note + "\n";
  return text;
}

}  // namespace

std::string DescribeDryRun(const std::vector<std::string>& sources,
                           const injector::FetchedItems& fetched,
                           const injector::InjectionPlan& plan) {
  std::string asked;
  for (const std::string& source : sources) asked += "  " + source + "\n";
  const std::string text = Section("sources, in this order:", asked) +
                           Section("connections and variables:", Connections(fetched)) +
                           Section("environment:", Variables(plan)) +
                           Section("files:", Files(plan)) + Section("notes:", Notes(plan));
  return text.empty() ? "nothing is asked for: the command gets its environment as it is\n" : text;
}

}  // namespace runner_shim
