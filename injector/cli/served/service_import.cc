#include "injector/cli/served/service_import.h"

#include <utility>

#include "injector/cli/connections/known_connection.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_variables.h"
#include "injector/model/redaction.h"

namespace injector {
namespace {

// One request that stores something.
struct Change {
  std::string name;  // for messages
  std::string path;
  Value body;
  std::optional<std::uint64_t> version;  // that it changes; nullopt: it makes a new one
};

struct Work {
  ImportPlan plan;
  std::vector<Change> changes;
};

// As the service shows it afterwards, so that nothing differs that is the same.
Connection WithSecretsNamed(const Connection& connection) {
  Connection named = connection.Clone();
  named.secret_fields = HideSecrets(connection).hidden_paths;
  return named;
}

class Planner {
 public:
  explicit Planner(ServiceAccess& service) : service_(service) {}

  Result<Work> Run(const Bundle& bundle) {
    RETURN_IF_ERROR(CheckBundle(bundle));
    for (const Connection& connection : bundle.connections) RETURN_IF_ERROR(Add(connection));
    for (const Variable& variable : bundle.variables) RETURN_IF_ERROR(Add(variable));
    return std::move(work_);
  }

 private:
  Status Add(const Connection& connection) {
    const std::string name = connection.name.Full();
    ASSIGN_OR_RETURN(const std::optional<ServedConnection> there,
                     service_.ConnectionNamed(connection.name.alias));
    const Connection wanted = WithSecretsNamed(connection);
    if (!there) {
      work_.plan.connections.push_back({&connection, ImportAct::kAdd, std::nullopt});
      work_.changes.push_back({name, "/service-connections", CreationOf(wanted), std::nullopt});
      return {};
    }
    if (there->shown.name.type != connection.name.type) return OfAnotherType(name, *there);
    ASSIGN_OR_RETURN(const KnownConnection known, KnownOf(*there));
    ASSIGN_OR_RETURN(Value patch, PatchTo(wanted, known));
    const ImportAct act = patch.members().empty() ? ImportAct::kUnchanged : ImportAct::kReplace;
    work_.plan.connections.push_back({&connection, act, there->shown.name});
    if (act == ImportAct::kUnchanged) return {};
    work_.changes.push_back({name, "/service-connections/" + PathSegment(there->id),
                             std::move(patch), there->shown.version});
    return {};
  }

  Status Add(const Variable& variable) {
    ASSIGN_OR_RETURN(const std::optional<Variable> former, FindVariable(service_, variable.key));
    Value patch = VariablePatchTo(variable, former, &variable.value);
    ImportAct act = former ? ImportAct::kReplace : ImportAct::kAdd;
    if (patch.members().empty()) act = ImportAct::kUnchanged;
    work_.plan.variables.push_back({&variable, act});
    if (act == ImportAct::kUnchanged) return {};
    Change change{.name = "variable " + variable.key,
                  .path = "/variables",
                  .body = std::move(patch),
                  .version = std::nullopt};
    if (former) {
      change.path += "/" + PathSegment(variable.key);
      change.version = former->version;
    }
    work_.changes.push_back(std::move(change));
    return {};
  }

  static Error OfAnotherType(const std::string& name, const ServedConnection& there) {
    return Error(ErrorCode::kConflict, name + ": the service has " + there.shown.name.Full() +
                                           " under that name, whose type cannot change")
        .WithHint("--rename TYPE.ALIAS=NAME gives another name, or delete that one first");
  }

  ServiceAccess& service_;
  Work work_;
};

Status Carry(ServiceAccess& service, Change change) {
  const Result<Value> done =
      change.version ? service.PatchAt(change.path, std::move(change.body), *change.version)
                     : service.Post(change.path, std::move(change.body));
  if (done.ok()) return {};
  return Error(done.error()).WithContext(change.name);
}

}  // namespace

Status ImportToService(Session& session, const Bundle& bundle, ImportMode mode,
                       WhenTaken when_taken) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(Work work, Planner(service).Run(bundle));
  if (when_taken == WhenTaken::kRefuse) RETURN_IF_ERROR(RefuseTakenNames(work.plan, "service"));
  if (mode == ImportMode::kStore) {
    for (Change& change : work.changes) RETURN_IF_ERROR(Carry(service, std::move(change)));
  }
  return PrintPlan(session, work.plan);
}

}  // namespace injector
