// injector versions NAME, injector rollback NAME --to N

#include <charconv>
#include <memory>
#include <utility>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/connections/connection_list.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/session.h"

namespace injector {
namespace {

constexpr CommandText kVersionsText = {
    "versions", "List the versions of a connection (with --service)",
    "Newest first, with who made each and when, and the fields that are no secret.\n",
    "  injector versions aws-prod\n"
    "  injector versions aws-prod --output json\n"};

constexpr CommandText kRollbackText = {
    "rollback", "Make an earlier version of a connection the current one (with --service)",
    "Makes a new version with the content of version N, secrets included.\n",
    "  injector rollback aws-prod --to 3\n"};

std::string PathOf(const ServedConnection& connection, std::string_view what) {
  return "/service-connections/" + PathSegment(connection.id) + std::string(what);
}

Status ShowVersions(Session& session, const Reference& name) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const ServedConnection connection, service.FindConnection(name));
  ASSIGN_OR_RETURN(const std::vector<Value> versions,
                   service.List(PathOf(connection, "/versions")));
  std::vector<Value> items;
  Table table({"VERSION", "CHANGED", "BY", "FIELDS"});
  for (const Value& json : versions) {
    ASSIGN_OR_RETURN(const ServedConnection version, ParseServedConnection(json));
    table.AddRow({std::to_string(version.shown.version), version.changed_at, version.changed_by,
                  ConnectionSummaryLine(version.shown)});
    items.push_back(Picked(json, {"version", "changedAt", "changedBy", "fields", "secretFields"}));
  }
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(Value::List(std::move(items)));
  }
  return session.Print(table.Render(session.emphasis()));
}

Status RollBack(Session& session, const Reference& name, std::int64_t version) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const ServedConnection connection, service.FindConnection(name));
  std::vector<Value::Member> members;
  members.push_back({"version", Value::Number(version)});
  ASSIGN_OR_RETURN(const Value answer,
                   service.PostAt(PathOf(connection, "/rollback"), Value::Map(std::move(members)),
                                  connection.shown.version));
  ASSIGN_OR_RETURN(const ServedConnection now, ParseServedConnection(answer));
  session.Tell(now.shown.name.Full() + " is as in version " + std::to_string(version) +
               " again; that is version " + std::to_string(now.shown.version));
  return {};
}

Result<Action> PrepareVersions(const std::string& name) {
  ASSIGN_OR_RETURN(const Reference wanted, ParseConnectionName(name));
  return Action([wanted](Session& session) { return ShowVersions(session, wanted); });
}

Result<Action> PrepareRollback(const std::string& name, const std::string& to) {
  ASSIGN_OR_RETURN(const Reference wanted, ParseConnectionName(name));
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(to.data(), to.data() + to.size(), version);
  if (error != std::errc() || end != to.data() + to.size() || version < 1) {
    return Error(ErrorCode::kInvalidArgument, "--to: expected the number of a version")
        .WithHint("`injector versions NAME` lists them");
  }
  return Action([wanted, version](Session& session) { return RollBack(session, wanted, version); });
}

}  // namespace

void DefineVersions(Command program, Invocation& invocation) {
  auto name = std::make_shared<std::string>();
  Command command = program.AddCommand(kVersionsText);
  command.AddArgument("NAME", *name, "The connection: NAME or @TYPE.NAME");
  command.OnChosen([&invocation, name] { invocation.action = PrepareVersions(*name); });
}

void DefineRollback(Command program, Invocation& invocation) {
  auto name = std::make_shared<std::string>();
  auto to = std::make_shared<std::string>();
  Command command = program.AddCommand(kRollbackText);
  command.AddArgument("NAME", *name, "The connection: NAME or @TYPE.NAME");
  command.AddOption("--to", "N", *to, "The version whose content is wanted");
  command.OnChosen([&invocation, name, to] { invocation.action = PrepareRollback(*name, *to); });
}

}  // namespace injector
