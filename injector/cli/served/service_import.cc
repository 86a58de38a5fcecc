#include "injector/cli/served/service_import.h"

#include <algorithm>
#include <iterator>
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
  ImportPlan part;                       // what it does of the plan
  bool frees_default = false;
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
  Planner(ServiceAccess& service, std::vector<ServedConnection> there)
      : service_(service), there_(std::move(there)) {}

  Result<Work> Run(const Bundle& bundle) {
    RETURN_IF_ERROR(CheckBundle(bundle));
    RETURN_IF_ERROR(CheckDefaults(bundle.connections));
    for (const Connection& connection : bundle.connections) RETURN_IF_ERROR(Add(connection));
    for (const Variable& variable : bundle.variables) RETURN_IF_ERROR(Add(variable));
    // The service refuses a second default of a type.
    std::stable_partition(work_.changes.begin(), work_.changes.end(),
                          [](const Change& change) { return change.frees_default; });
    return std::move(work_);
  }

 private:
  const ServedConnection* There(const std::string& alias) const {
    const auto found = std::ranges::find_if(there_, [&](const ServedConnection& connection) {
      return connection.shown.name.alias == alias;
    });
    return found == there_.end() ? nullptr : &*found;
  }

  // What the bundle does not name stays as it is.
  Status CheckDefaults(const std::vector<Connection>& bundle) const {
    for (const Connection& connection : bundle) {
      if (!connection.is_default) continue;
      const auto stays = [&](const ServedConnection& other) {
        return other.shown.is_default && other.shown.name.type == connection.name.type &&
               std::ranges::none_of(bundle, [&](const Connection& named) {
                 return named.name.alias == other.shown.name.alias;
               });
      };
      const auto other = std::ranges::find_if(there_, stays);
      if (other == there_.end()) continue;
      const ConnectionName& name = other->shown.name;
      return Error(ErrorCode::kConflict, connection.name.Full() +
                                             ": default: the service has one of that type, " +
                                             name.Full())
          .WithHint("`injector connections set " + name.alias +
                    " --no-default` takes the flag from that one");
    }
    return {};
  }

  Status Add(const Connection& connection) {
    const std::string name = connection.name.Full();
    const ServedConnection* there = There(connection.name.alias);
    const Connection wanted = WithSecretsNamed(connection);
    if (there == nullptr) {
      Plan(PlannedConnection{&connection, ImportAct::kAdd, std::nullopt},
           {.name = name,
            .path = "/service-connections",
            .body = CreationOf(wanted),
            .version = std::nullopt,
            .part = {}});
      return {};
    }
    if (there->shown.name.type != connection.name.type) return OfAnotherType(name, *there);
    ASSIGN_OR_RETURN(const KnownConnection known, KnownOf(*there));
    ASSIGN_OR_RETURN(Value patch, PatchTo(wanted, known));
    const ImportAct act = patch.members().empty() ? ImportAct::kUnchanged : ImportAct::kReplace;
    Plan(PlannedConnection{&connection, act, there->shown.name},
         {.name = name,
          .path = "/service-connections/" + PathSegment(there->id),
          .body = std::move(patch),
          .version = there->shown.version,
          .part = {},
          .frees_default = there->shown.is_default && !connection.is_default});
    return {};
  }

  Status Add(const Variable& variable) {
    ASSIGN_OR_RETURN(const std::optional<Variable> former, FindVariable(service_, variable.key));
    Value patch = VariablePatchTo(variable, former, &variable.value);
    ImportAct act = former ? ImportAct::kReplace : ImportAct::kAdd;
    if (patch.members().empty()) act = ImportAct::kUnchanged;
    Change change{.name = "variable " + variable.key,
                  .path = "/variables",
                  .body = std::move(patch),
                  .version = std::nullopt,
                  .part = {}};
    if (former) {
      change.path += "/" + PathSegment(variable.key);
      change.version = former->version;
    }
    Plan(PlannedVariable{&variable, act}, std::move(change));
    return {};
  }

  void Plan(PlannedConnection planned, Change change) {
    work_.plan.connections.push_back(planned);
    change.part.connections.push_back(std::move(planned));
    if (change.part.connections.front().act == ImportAct::kUnchanged) return;
    work_.changes.push_back(std::move(change));
  }
  void Plan(PlannedVariable planned, Change change) {
    work_.plan.variables.push_back(planned);
    change.part.variables.push_back(planned);
    if (planned.act == ImportAct::kUnchanged) return;
    work_.changes.push_back(std::move(change));
  }

  static Error OfAnotherType(const std::string& name, const ServedConnection& there) {
    return Error(ErrorCode::kConflict, name + ": the service has " + there.shown.name.Full() +
                                           " under that name, whose type cannot change")
        .WithHint("--rename TYPE.ALIAS=NAME gives another name, or delete that one first");
  }

  ServiceAccess& service_;
  std::vector<ServedConnection> there_;
  Work work_;
};

Status Carry(ServiceAccess& service, Change change) {
  const Result<Value> done =
      change.version ? service.PatchAt(change.path, std::move(change.body), *change.version)
                     : service.Post(change.path, std::move(change.body));
  if (done.ok()) return {};
  return Error(done.error()).WithContext(change.name);
}

// When one fails, those before it are said to be done.
Status CarryAll(Session& session, ServiceAccess& service, std::vector<Change> changes) {
  ImportPlan done;
  for (Change& change : changes) {
    ImportPlan part = std::move(change.part);
    Status carried = Carry(service, std::move(change));
    if (!carried.ok()) {
      RETURN_IF_ERROR(PrintPlan(session, done));
      return carried;
    }
    std::ranges::move(part.connections, std::back_inserter(done.connections));
    std::ranges::move(part.variables, std::back_inserter(done.variables));
  }
  return {};
}

}  // namespace

Status ImportToService(Session& session, const Bundle& bundle, ImportMode mode,
                       WhenTaken when_taken) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(std::vector<ServedConnection> there, service.Connections());
  ASSIGN_OR_RETURN(Work work, Planner(service, std::move(there)).Run(bundle));
  if (when_taken == WhenTaken::kRefuse) RETURN_IF_ERROR(RefuseTakenNames(work.plan, "service"));
  if (mode == ImportMode::kStore) {
    RETURN_IF_ERROR(CarryAll(session, service, std::move(work.changes)));
  }
  return PrintPlan(session, work.plan);
}

}  // namespace injector
