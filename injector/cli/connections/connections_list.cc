// injector connections list

#include "injector/cli/commands.h"
#include "injector/cli/connections/connection_list.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_connections.h"
#include "injector/cli/session.h"
#include "injector/cli/store/source_access.h"
#include "injector/cli/store/store_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "list", "List the connections",
    "By type, with * at the default of each, the fields that are no secret, when the credentials\n"
    "end, and whether each ${VAR} that a field needs is set; never a secret value. With several\n"
    "sources also where each comes from, and what hides it from a job. Without a key only what\n"
    "the store says openly is shown, unverified.\n",
    "  injector connections list\n"
    "  injector connections list --source yaml:connections.yaml --source file:store.json\n"
    "  injector connections list --service https://ci.example.com --token-file me.token\n"
    "  injector connections list --output json | jq -r '.[] | \"@\\(.type).\\(.name)\"'\n"};

// What the store's file says openly of its connections.
ManagerListing NamesOnly(const StoreListing& listing, const std::string& source) {
  ManagerListing names;
  for (const ConnectionSummary& summary : listing.connections) {
    ListedConnection connection{.name = summary.name};
    connection.is_default = summary.is_default;
    connection.version = summary.version;
    names.connections.push_back({std::move(connection), source, ""});
  }
  return names;
}

Result<ManagerListing> Load(Session& session) {
  if (NamesService(session)) {
    ManagerListing listing;
    ASSIGN_OR_RETURN(listing.connections, ConnectionsAtService(session));
    return listing;
  }
  if (!session.options().sources.empty()) {
    ASSIGN_OR_RETURN(SourceAccess sources, SourceAccess::Prepare(session));
    return sources.List();
  }
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  if (access.CanBeOpened()) return SourceAccess::Over(session, access).List();
  ASSIGN_OR_RETURN(const StoreListing listing, access.List());
  session.Warn("no key was given: fields are not shown, and nothing is verified");
  return NamesOnly(listing, "file:" + access.path());
}

Status Run(Session& session) {
  ASSIGN_OR_RETURN(const ManagerListing listing, Load(session));
  const auto& connections = listing.connections;
  const auto now = session.clock().Now();
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(ConnectionListAsJson(connections, now));
  }
  if (connections.empty()) {
    session.Tell(session.options().sources.empty()
                     ? "no connections yet; `injector connections set` adds one"
                     : "none of the sources holds a connection");
    return {};
  }
  return session.Print(ConnectionListAsText(connections, now, session.emphasis()));
}

}  // namespace

void DefineConnectionsList(Command connections, Invocation& invocation) {
  connections.AddCommand(kText).OnChosen([&invocation] { invocation.action = Action(Run); });
}

}  // namespace injector
