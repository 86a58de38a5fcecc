#include "injector/cli/import_bundle.h"

#include <algorithm>
#include <optional>

#include "injector/model/connection_json.h"

namespace injector {
namespace {

enum class Act { kAdd, kReplace, kUnchanged };

std::string_view ActName(Act act) {
  switch (act) {
    case Act::kAdd:
      return "add";
    case Act::kReplace:
      return "replace";
    case Act::kUnchanged:
      return "unchanged";
  }
  return "";
}

struct PlannedConnection {
  const Connection* connection;
  Act act;
  std::optional<ConnectionName> former;  // what has the name now
};

struct PlannedVariable {
  const Variable* variable;
  Act act;
};

struct Plan {
  std::vector<PlannedConnection> connections;
  std::vector<PlannedVariable> variables;
};

// As they are exported: whether a field is secret by its name, or by the user's word as well, is no
// difference. Versions count changes in one store.
bool AreAlike(const Connection& a, const Connection& b) {
  const auto exported = [](const Connection& connection) {
    Connection unversioned = connection.Clone();
    unversioned.version = 0;
    return ConnectionToJson(unversioned, SecretView::kRevealed);
  };
  return exported(a) == exported(b);
}

bool AreAlike(const Variable& a, const Variable& b) {
  return a.value == b.value && a.is_secret == b.is_secret && a.description == b.description;
}

// What has to be done to a store, or to none yet, so that it holds the bundle.
class Planner {
 public:
  explicit Planner(const Store* store) : store_(store) {
    if (store != nullptr) listing_ = store->listing();
  }

  Result<Plan> Run(const Bundle& bundle) const {
    Plan plan;
    for (const Connection& connection : bundle.connections) {
      RETURN_IF_ERROR(Check(connection));
      ASSIGN_OR_RETURN(PlannedConnection planned, PlanFor(connection));
      plan.connections.push_back(std::move(planned));
    }
    for (const Variable& variable : bundle.variables) {
      ASSIGN_OR_RETURN(const Act act, ActFor(variable));
      plan.variables.push_back({&variable, act});
    }
    return plan;
  }

 private:
  static Status Check(const Connection& connection) {
    Status status = CheckConnection(connection);
    if (status.ok()) return status;
    return std::move(status).error().WithContext(connection.name.Full());
  }

  Result<PlannedConnection> PlanFor(const Connection& connection) const {
    const auto taken = std::find_if(listing_.connections.begin(), listing_.connections.end(),
                                    [&](const ConnectionSummary& summary) {
                                      return summary.name.alias == connection.name.alias;
                                    });
    if (taken == listing_.connections.end()) {
      return PlannedConnection{&connection, Act::kAdd, std::nullopt};
    }
    ASSIGN_OR_RETURN(const Connection there, store_->Get(taken->name));
    const Act act = AreAlike(there, connection) ? Act::kUnchanged : Act::kReplace;
    return PlannedConnection{&connection, act, taken->name};
  }

  Result<Act> ActFor(const Variable& variable) const {
    const bool is_there =
        std::any_of(listing_.variables.begin(), listing_.variables.end(),
                    [&](const VariableSummary& summary) { return summary.key == variable.key; });
    if (!is_there) return Act::kAdd;
    ASSIGN_OR_RETURN(const Variable there, store_->GetVariable(variable.key));
    return AreAlike(there, variable) ? Act::kUnchanged : Act::kReplace;
  }

  const Store* store_;
  StoreListing listing_;
};

Status RefuseTakenNames(const Plan& plan) {
  std::string taken;
  const auto add = [&](const std::string& name) { taken += (taken.empty() ? "" : ", ") + name; };
  for (const PlannedConnection& planned : plan.connections) {
    if (planned.act != Act::kReplace) continue;
    const std::string name = planned.connection->name.Full();
    const std::string former = planned.former->Full();
    add(name == former ? name : name + " (the store has " + former + ")");
  }
  for (const PlannedVariable& planned : plan.variables) {
    if (planned.act == Act::kReplace) add("variable " + planned.variable->key);
  }
  if (taken.empty()) return {};
  return Error(ErrorCode::kConflict, "in the store already, and not the same: " + taken)
      .WithHint("--overwrite replaces them; --rename TYPE.ALIAS=NAME gives another name");
}

Status Apply(Session& session, const Plan& plan, const StoreAccess& access, StoreEditor& editor) {
  std::vector<ConnectionName> former_defaults;
  for (const PlannedConnection& planned : plan.connections) {
    if (planned.act == Act::kUnchanged) continue;
    if (planned.former && *planned.former != planned.connection->name) {
      RETURN_IF_ERROR(editor.Delete(*planned.former));
    }
    ASSIGN_OR_RETURN(const PutOutcome outcome, editor.Put(*planned.connection));
    if (outcome.former_default) former_defaults.push_back(*outcome.former_default);
  }
  for (const PlannedVariable& planned : plan.variables) {
    if (planned.act != Act::kUnchanged) RETURN_IF_ERROR(editor.PutVariable(*planned.variable));
  }
  RETURN_IF_ERROR(access.Save(editor));
  for (const ConnectionName& name : former_defaults) {
    session.Tell(name.Full() + " is no longer the default");
  }
  return {};
}

Value PlanAsJson(const Plan& plan) {
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

Status PrintPlan(Session& session, const Plan& plan) {
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

Status ImportInto(Session& session, const Bundle& bundle, const ImportOptions& options) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, options.new_store));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  ASSIGN_OR_RETURN(const Plan plan, Planner(&editor.store()).Run(bundle));
  if (options.when_taken == WhenTaken::kRefuse) RETURN_IF_ERROR(RefuseTakenNames(plan));
  RETURN_IF_ERROR(Apply(session, plan, access, editor));
  return PrintPlan(session, plan);
}

// The store as it is; nullopt when there is none yet.
Result<std::optional<Store>> OpenIfThere(Session& session) {
  const Result<StoreAccess> access = StoreAccess::Prepare(session, NewStoreMode::kNone);
  if (!access.ok() && access.error().code() == ErrorCode::kNotFound) return std::optional<Store>();
  if (!access.ok()) return Error(access.error());
  ASSIGN_OR_RETURN(Store store, access->Open());
  return std::optional<Store>(std::move(store));
}

Status ShowImport(Session& session, const Bundle& bundle, const ImportOptions& options) {
  ASSIGN_OR_RETURN(const std::optional<Store> store, OpenIfThere(session));
  ASSIGN_OR_RETURN(const Plan plan, Planner(store ? &*store : nullptr).Run(bundle));
  if (options.when_taken == WhenTaken::kRefuse) RETURN_IF_ERROR(RefuseTakenNames(plan));
  return PrintPlan(session, plan);
}

}  // namespace

Status ImportBundle(Session& session, const Bundle& bundle, const ImportOptions& options) {
  return options.mode == ImportMode::kDryRun ? ShowImport(session, bundle, options)
                                             : ImportInto(session, bundle, options);
}

}  // namespace injector
