// injector connections list

#include "injector/cli/commands.h"
#include "injector/cli/connection_list.h"
#include "injector/cli/session.h"
#include "injector/cli/store_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "list", "List the connections",
    "By type, with * at the default of each, the fields that are no secret, and when the\n"
    "credentials end; never a secret value. Without a key only what the file says openly is\n"
    "shown, unverified.\n",
    "  injector connections list\n"
    "  injector connections list --output json | jq -r '.[] | \"@\\(.type).\\(.name)\"'\n"};

Result<std::vector<Connection>> ReadConnections(const Store& store) {
  std::vector<Connection> connections;
  for (const ConnectionSummary& summary : store.listing().connections) {
    ASSIGN_OR_RETURN(Connection connection, store.Get(summary.name));
    connections.push_back(std::move(connection));
  }
  return connections;
}

// What the file says openly of its connections.
std::vector<Connection> NamesOnly(const StoreListing& listing) {
  std::vector<Connection> connections;
  for (const ConnectionSummary& summary : listing.connections) {
    Connection connection;
    connection.name = summary.name;
    connection.is_default = summary.is_default;
    connection.version = summary.version;
    connections.push_back(std::move(connection));
  }
  return connections;
}

std::vector<ConnectionRow> FromSource(std::vector<Connection> connections,
                                      const std::string& source) {
  std::vector<ConnectionRow> listed;
  for (Connection& connection : connections) listed.push_back({std::move(connection), source});
  return listed;
}

Result<std::vector<ConnectionRow>> Load(Session& session) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(const std::optional<Store> store, access.OpenIfKeyGiven());
  const std::string source = "file:" + access.path();
  if (store) {
    ASSIGN_OR_RETURN(std::vector<Connection> connections, ReadConnections(*store));
    return FromSource(std::move(connections), source);
  }
  ASSIGN_OR_RETURN(const StoreListing listing, access.List());
  session.Warn("no key was given: fields are not shown, and nothing is verified");
  return FromSource(NamesOnly(listing), source);
}

Status Run(Session& session) {
  ASSIGN_OR_RETURN(const std::vector<ConnectionRow> connections, Load(session));
  const auto now = session.clock().Now();
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(ConnectionListAsJson(connections, now));
  }
  if (connections.empty()) {
    session.Tell("no connections yet; `injector connections set` adds one");
    return {};
  }
  return session.Print(ConnectionListAsText(connections, now, session.emphasis()));
}

}  // namespace

void DefineConnectionsList(Command connections, Invocation& invocation) {
  connections.AddCommand(kText).OnChosen([&invocation] { invocation.action = Action(Run); });
}

}  // namespace injector
