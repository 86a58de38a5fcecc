// injector service init --db URL --org ORG

#include <memory>

#include "injector/cli/service/service_commands.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/service/service_token.h"
#include "injector/cli/session.h"
#include "injector/service/orgs.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "init", "Make an org and its first admin's token",
    "Makes the database too, where there is none: an SQLite file, or the tables in\n"
    "PostgreSQL. The master key that it is given is the one that every later start needs:\n"
    "keep it, and keep it apart from the database. The token is shown this once. On a\n"
    "database that is there already, init adds an org.\n",
    "  injector key new --out service.key\n"
    "  injector service init --db sqlite:service.db --key-file service.key --org acme\n"
    "  SERVICE_CONN_KEY=… injector service init --db postgresql://… --org acme | jq -r .token\n"};

struct Options {
  ServiceDatabaseOptions service;
  std::string org;
};

Status Run(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ServiceDatabase service, ServiceDatabase::Open(session, options.service));
  ASSIGN_OR_RETURN(const std::string org_id, CreateOrg(service.desk(), options.org));
  TokenRequest request;
  request.role = Role::kAdmin;
  ASSIGN_OR_RETURN(const NewToken token, IssueOperatorToken(service.desk(), org_id, request));
  return session.PrintJson(NewTokenToJson(options.org, token));
}

Result<Action> Prepare(const Options& options) {
  if (options.org.empty()) return Error(ErrorCode::kInvalidArgument, "--org: which org?");
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineServiceInit(Command service, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = service.AddCommand(kText);
  DefineServiceOptions(command, options->service);
  command.AddOption("--org", "NAME", options->org, "The org's name");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
