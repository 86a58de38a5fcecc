#include "injector/cli/served/service_connections.h"

#include <utility>

#include "injector/cli/connections/connection_view.h"
#include "injector/cli/connections/known_connection.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_variables.h"

namespace injector {
namespace {

// Those that are named; without names all.
Result<std::vector<const ServedConnection*>> Choose(const std::vector<ServedConnection>& all,
                                                    const std::vector<Reference>& references) {
  std::vector<const ServedConnection*> chosen;
  if (references.empty()) {
    for (const ServedConnection& connection : all) chosen.push_back(&connection);
  }
  const std::vector<ConnectionEntry> entries = EntriesOf(all);
  for (const Reference& reference : references) {
    ASSIGN_OR_RETURN(const std::size_t place, Resolve(reference, entries));
    chosen.push_back(&all[place]);
  }
  return chosen;
}

}  // namespace

Result<std::vector<ListedItem<ListedConnection>>> ConnectionsAtService(Session& session) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(std::vector<ServedConnection> served, service.Connections());
  std::vector<ListedItem<ListedConnection>> listed;
  for (ServedConnection& connection : served) {
    listed.push_back({std::move(connection.shown), service.url(), ""});
  }
  return listed;
}

Status GetConnectionAtService(Session& session, const Reference& wanted, SecretView view) {
  if (view == SecretView::kRevealed) {
    return Error(ErrorCode::kPermissionDenied,
                 "--reveal: a credential service shows secret values to nobody")
        .WithHint("jobs of a repo that it is attached to get them: runner-shim --source https://…");
  }
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const ServedConnection served, service.FindConnection(wanted));
  ASSIGN_OR_RETURN(const KnownConnection known, KnownOf(served));
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(ConnectionToJson(known.connection, view));
  }
  return session.Print(
      ConnectionAsText(known.connection, view, session.clock().Now(), session.emphasis()).Reveal());
}

Status DeleteConnectionAtService(Session& session, const Reference& wanted, UsedConnection used) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const ServedConnection connection, service.FindConnection(wanted));
  std::string path = "/service-connections/" + PathSegment(connection.id);
  if (used == UsedConnection::kForce) path += "?force=true";
  Status deleted = service.Delete(path);
  if (!deleted.ok() && deleted.error().code() == ErrorCode::kConflict) {
    return std::move(deleted).error().WithHint("--force detaches it and ends the leases on it");
  }
  RETURN_IF_ERROR(std::move(deleted));
  session.Tell("deleted " + connection.shown.name.Full());
  return {};
}

Result<std::vector<Diagnosis>> DiagnoseAtService(Session& session,
                                                 const std::vector<Reference>& references) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const std::vector<ServedConnection> all, service.Connections());
  ASSIGN_OR_RETURN(const std::vector<const ServedConnection*> chosen, Choose(all, references));
  std::vector<Diagnosis> diagnoses;
  for (const ServedConnection* connection : chosen) {
    ASSIGN_OR_RETURN(const KnownConnection known, KnownOf(*connection));
    diagnoses.push_back(Diagnose(known.connection, session.clock().Now(), known.hidden));
  }
  return diagnoses;
}

Result<Bundle> BundleAtService(Session& session, const std::vector<Reference>& references) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const std::vector<ServedConnection> all, service.Connections());
  ASSIGN_OR_RETURN(const std::vector<const ServedConnection*> chosen, Choose(all, references));
  Bundle bundle;
  for (const ServedConnection* connection : chosen) {
    ASSIGN_OR_RETURN(KnownConnection known, KnownOf(*connection));
    bundle.connections.push_back(std::move(known.connection));
  }
  if (!references.empty()) return bundle;
  ASSIGN_OR_RETURN(std::vector<DatedVariable> variables, VariablesAtService(session));
  for (DatedVariable& variable : variables) {
    variable.variable.is_secret = !IsShown(variable.variable);
    bundle.variables.push_back(std::move(variable.variable));
  }
  return bundle;
}

}  // namespace injector
