#include "injector/cli/connections/import_plan.h"

#include <utility>

#include "injector/model/connection_json.h"

namespace injector {
namespace {

std::string_view ActName(ImportAct act) {
  switch (act) {
    case ImportAct::kAdd:
      return "add";
    case ImportAct::kReplace:
      return "replace";
    case ImportAct::kUnchanged:
      return "unchanged";
  }
  return "";
}

Value PlanAsJson(const ImportPlan& plan) {
  std::vector<Value> connections;
  for (const PlannedConnection& planned : plan.connections) {
    std::vector<Value::Member> members;
    members.push_back({"type", Value::String(planned.connection->name.type)});
    members.push_back({"name", Value::String(planned.connection->name.alias)});
    members.push_back({"action", Value::String(ActName(planned.act))});
    connections.push_back(Value::Map(std::move(members)));
  }
  std::vector<Value> variables;
  for (const PlannedVariable& planned : plan.variables) {
    std::vector<Value::Member> members;
    members.push_back({"key", Value::String(planned.variable->key)});
    members.push_back({"action", Value::String(ActName(planned.act))});
    variables.push_back(Value::Map(std::move(members)));
  }
  std::vector<Value::Member> members;
  members.push_back({"connections", Value::List(std::move(connections))});
  members.push_back({"variables", Value::List(std::move(variables))});
  return Value::Map(std::move(members));
}

}  // namespace

Status CheckBundle(const Bundle& bundle) {
  for (const Connection& connection : bundle.connections) {
    Status status = CheckConnection(connection);
    if (!status.ok()) return std::move(status).error().WithContext(connection.name.Full());
  }
  return {};
}

Status RefuseTakenNames(const ImportPlan& plan, std::string_view place) {
  std::string taken;
  const auto add = [&](const std::string& name) { taken += (taken.empty() ? "" : ", ") + name; };
  for (const PlannedConnection& planned : plan.connections) {
    if (planned.act != ImportAct::kReplace) continue;
    const std::string name = planned.connection->name.Full();
    const std::string former = planned.former->Full();
    add(name);
    if (name != former) taken.append(" (the ").append(place).append(" has " + former + ")");
  }
  for (const PlannedVariable& planned : plan.variables) {
    if (planned.act == ImportAct::kReplace) add("variable " + planned.variable->key);
  }
  if (taken.empty()) return {};
  return Error(ErrorCode::kConflict,
               "in the " + std::string(place) + " already, and not the same: " + taken)
      .WithHint("--overwrite replaces them; --rename TYPE.ALIAS=NAME gives another name");
}

Status PrintPlan(Session& session, const ImportPlan& plan) {
  if (session.options().output == OutputFormat::kJson) return session.PrintJson(PlanAsJson(plan));
  Table table({"ACTION", "WHAT"});
  for (const PlannedConnection& planned : plan.connections) {
    table.AddRow({std::string(ActName(planned.act)), planned.connection->name.Full()});
  }
  for (const PlannedVariable& planned : plan.variables) {
    table.AddRow({std::string(ActName(planned.act)), "variable " + planned.variable->key});
  }
  return session.Print(table.Render(session.emphasis()));
}

}  // namespace injector
