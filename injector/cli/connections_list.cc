// injector connections list

#include "injector/cli/commands.h"
#include "injector/cli/connection_view.h"
#include "injector/cli/session.h"
#include "injector/cli/store_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "list", "List the connections",
    "Types, names, and the fields that are no secret; never a secret value. Without a key only\n"
    "what the file says openly is shown, unverified.\n",
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

std::string AsText(const std::vector<Connection>& connections, const Emphasis& emphasis) {
  Table table({"TYPE", "NAME", "DEFAULT", "EXPIRES", "FIELDS"});
  for (const Connection& connection : connections) {
    table.AddRow({connection.name.type, connection.name.alias, connection.is_default ? "yes" : "-",
                  connection.expires_at.empty() ? "-" : connection.expires_at,
                  VisibleFieldsLine(connection)});
  }
  return table.Render(emphasis);
}

Value AsJson(const std::vector<Connection>& connections) {
  std::vector<Value> items;
  for (const Connection& connection : connections) {
    items.push_back(ConnectionToJson(connection, SecretView::kHidden));
  }
  return Value::List(std::move(items));
}

Result<std::vector<Connection>> Load(Session& session) {
  ASSIGN_OR_RETURN(const StoreAccess access, StoreAccess::Prepare(session, NewStoreMode::kNone));
  ASSIGN_OR_RETURN(const std::optional<Store> store, access.OpenIfKeyGiven());
  if (store) return ReadConnections(*store);
  ASSIGN_OR_RETURN(const StoreListing listing, access.List());
  session.Warn("no key was given: fields are not shown, and nothing is verified");
  return NamesOnly(listing);
}

Status Run(Session& session) {
  ASSIGN_OR_RETURN(const std::vector<Connection> connections, Load(session));
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(AsJson(connections));
  }
  if (connections.empty()) {
    session.Tell("no connections yet; `injector connections set` adds one");
    return {};
  }
  return session.Print(AsText(connections, session.emphasis()));
}

}  // namespace

void DefineConnectionsList(Command connections, Invocation& invocation) {
  connections.AddCommand(kText).OnChosen([&invocation] { invocation.action = Action(Run); });
}

}  // namespace injector
