#include "injector/cli/connections/import_bundle.h"

#include <algorithm>
#include <optional>

#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_import.h"
#include "injector/model/connection_json.h"

namespace injector {
namespace {

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

  Result<ImportPlan> Run(const Bundle& bundle) const {
    RETURN_IF_ERROR(CheckBundle(bundle));
    ImportPlan plan;
    for (const Connection& connection : bundle.connections) {
      ASSIGN_OR_RETURN(PlannedConnection planned, PlanFor(connection));
      plan.connections.push_back(std::move(planned));
    }
    for (const Variable& variable : bundle.variables) {
      ASSIGN_OR_RETURN(const ImportAct act, ActFor(variable));
      plan.variables.push_back({&variable, act});
    }
    return plan;
  }

 private:
  Result<PlannedConnection> PlanFor(const Connection& connection) const {
    const auto taken = std::find_if(listing_.connections.begin(), listing_.connections.end(),
                                    [&](const ConnectionSummary& summary) {
                                      return summary.name.alias == connection.name.alias;
                                    });
    if (taken == listing_.connections.end()) {
      return PlannedConnection{&connection, ImportAct::kAdd, std::nullopt};
    }
    ASSIGN_OR_RETURN(const Connection there, store_->Get(taken->name));
    const ImportAct act = AreAlike(there, connection) ? ImportAct::kUnchanged : ImportAct::kReplace;
    return PlannedConnection{&connection, act, taken->name};
  }

  Result<ImportAct> ActFor(const Variable& variable) const {
    const bool is_there =
        std::any_of(listing_.variables.begin(), listing_.variables.end(),
                    [&](const VariableSummary& summary) { return summary.key == variable.key; });
    if (!is_there) return ImportAct::kAdd;
    ASSIGN_OR_RETURN(const Variable there, store_->GetVariable(variable.key));
    return AreAlike(there, variable) ? ImportAct::kUnchanged : ImportAct::kReplace;
  }

  const Store* store_;
  StoreListing listing_;
};

Status Apply(Session& session, const ImportPlan& plan, const StoreAccess& access,
             StoreEditor& editor) {
  std::vector<ConnectionName> former_defaults;
  for (const PlannedConnection& planned : plan.connections) {
    if (planned.act == ImportAct::kUnchanged) continue;
    if (planned.former && *planned.former != planned.connection->name) {
      RETURN_IF_ERROR(editor.Delete(*planned.former));
    }
    ASSIGN_OR_RETURN(const PutOutcome outcome, editor.Put(*planned.connection));
    if (outcome.former_default) former_defaults.push_back(*outcome.former_default);
  }
  for (const PlannedVariable& planned : plan.variables) {
    if (planned.act != ImportAct::kUnchanged)
      RETURN_IF_ERROR(editor.PutVariable(*planned.variable));
  }
  RETURN_IF_ERROR(access.Save(editor));
  for (const ConnectionName& name : former_defaults) {
    session.Tell(name.Full() + " is no longer the default");
  }
  return {};
}

Status ImportInto(Session& session, const Bundle& bundle, const ImportOptions& options) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, options.new_store));
  ASSIGN_OR_RETURN(StoreEditor editor, access.Edit());
  ASSIGN_OR_RETURN(const ImportPlan plan, Planner(&editor.store()).Run(bundle));
  if (options.when_taken == WhenTaken::kRefuse) RETURN_IF_ERROR(RefuseTakenNames(plan, "store"));
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
  ASSIGN_OR_RETURN(const ImportPlan plan, Planner(store ? &*store : nullptr).Run(bundle));
  if (options.when_taken == WhenTaken::kRefuse) RETURN_IF_ERROR(RefuseTakenNames(plan, "store"));
  return PrintPlan(session, plan);
}

}  // namespace

Status ImportBundle(Session& session, const Bundle& bundle, const ImportOptions& options) {
  if (NamesService(session)) {
    RETURN_IF_ERROR(RefuseStoreMode(options.new_store));
    return ImportToService(session, bundle, options.mode, options.when_taken);
  }
  return options.mode == ImportMode::kDryRun ? ShowImport(session, bundle, options)
                                             : ImportInto(session, bundle, options);
}

}  // namespace injector
