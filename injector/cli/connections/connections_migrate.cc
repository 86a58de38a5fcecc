// injector connections migrate [FILE]

#include <unistd.h>

#include <memory>

#include "injector/base/file.h"
#include "injector/cli/commands.h"
#include "injector/cli/session.h"
#include "injector/exchange/connections_yaml.h"
#include "injector/exchange/dotenv_migration.h"
#include "injector/exchange/rename.h"
#include "injector/sources/dotenv.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "migrate", "Make a connections.yaml from a .env file",
    "Groups the variables by what they are called: MYSQL_HOST and MYSQL_PASSWORD, PGHOST …,\n"
    "AWS_ACCESS_KEY_ID …, MOVIES_MYSQL_HOST …, and API_HOST, API_TOKEN as type generic. Secrets\n"
    "stay in the .env: the new file names them as ${MYSQL_PASSWORD}, and can be committed. What\n"
    "has found no place is told. A file that is there is left alone, unless --force is given.\n",
    "  injector connections migrate\n"
    "  injector connections migrate prod.env --out deploy/connections.yaml\n"
    "  injector connections migrate --rename mysql.main=movies --out -\n"};

struct Options {
  std::string file = ".env";
  std::string out = "connections.yaml";
  std::vector<std::string> renames;
  bool force = false;
};

struct Request {
  std::string file;
  std::string out;
  std::vector<Rename> renames;
  bool force;
};

Status RefuseExisting(const Request& request) {
  if (request.force || ::access(request.out.c_str(), F_OK) != 0) return {};
  return Error(ErrorCode::kAlreadyExists, request.out + ": is there already")
      .WithHint("--force replaces it; --out FILE names another, --out - prints it");
}

Value AsJson(const DotenvMigration& migration) {
  std::vector<Value> connections;
  for (const Connection& connection : migration.connections) {
    connections.push_back(Value::String(connection.name.Full()));
  }
  std::vector<Value> unplaced;
  for (const UnplacedVariable& variable : migration.unplaced) {
    std::vector<Value::Member> members;
    members.push_back({"variable", Value::String(variable.name)});
    members.push_back({"reason", Value::String(variable.reason)});
    unplaced.push_back(Value::Map(std::move(members)));
  }
  std::vector<Value::Member> members;
  members.push_back({"connections", Value::List(std::move(connections))});
  members.push_back({"unplaced", Value::List(std::move(unplaced))});
  return Value::Map(std::move(members));
}

Status Report(Session& session, const DotenvMigration& migration, const Request& request) {
  if (session.options().output == OutputFormat::kJson) return session.PrintJson(AsJson(migration));
  for (const Connection& connection : migration.connections) {
    session.Tell(connection.name.Full());
  }
  for (const UnplacedVariable& variable : migration.unplaced) {
    session.Warn(variable.name + " is left out: " + variable.reason);
  }
  session.Tell("wrote " + request.out);
  return {};
}

Status Run(Session& session, const Request& request) {
  const bool to_stdout = request.out == "-";
  if (!to_stdout) RETURN_IF_ERROR(RefuseExisting(request));
  ASSIGN_OR_RETURN(const std::vector<DotenvEntry> entries, ReadDotenv(request.file));
  DotenvMigration migration = MigrateDotenv(entries);
  ASSIGN_OR_RETURN(migration.connections,
                   WithRenames(std::move(migration.connections), request.renames));
  const Status names = CheckNames(migration.connections);
  if (!names.ok())
    session.Warn(names.error().message() + "; a store would not take them: --rename");
  ASSIGN_OR_RETURN(const Secret text, WriteConnectionsYaml(migration.connections));
  if (to_stdout) return session.Print(text.Reveal());
  // 0644: made to be committed.
  RETURN_IF_ERROR(ReplaceFile(request.out, text.Reveal(), 0644));
  return Report(session, migration, request);
}

Result<Action> Prepare(const Options& options) {
  Request request{options.file, options.out, {}, options.force};
  for (const std::string& text : options.renames) {
    ASSIGN_OR_RETURN(Rename rename, ParseRename(text));
    request.renames.push_back(std::move(rename));
  }
  return Action([request](Session& session) { return Run(session, request); });
}

}  // namespace

void DefineConnectionsMigrate(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddOptionalArgument("FILE", options->file, "The .env file; .env here by default");
  command.AddOption("--out", "FILE", options->out,
                    "The file to write; connections.yaml here by\ndefault, - prints it");
  command.AddRepeatedOption("--rename", "TYPE.ALIAS=NAME", options->renames,
                            "Another name for one of them; may be repeated");
  command.AddFlag("--force", options->force, "Replace a file that is there");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
