// injector service token --db URL --org ORG --role ROLE

#include "injector/cli/service/service_token.h"

#include <memory>

#include "injector/base/clock.h"
#include "injector/cli/service/service_commands.h"
#include "injector/cli/service/service_database.h"
#include "injector/cli/session.h"
#include "injector/service/orgs.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "token", "Make a token by right of the database and its key",
    "For an org that has lost all of its admin tokens; everybody else asks the service\n"
    "itself. It is on record, as the operator's doing, and shown this once.\n",
    "  injector service token --db sqlite:service.db --key-file service.key --org acme\n"
    "  injector service token --org acme --role runner --repo web --expires "
    "2027-01-31T00:00:00Z\n"};

struct Options {
  ServiceDatabaseOptions service;
  std::string org;
  std::string role = "admin";
  std::vector<std::string> repos;
  std::vector<std::string> environments;
  bool is_protected = false;
  std::optional<std::string> expires;
};

Error Wrong(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

Result<TokenRequest> RequestOf(const Options& options) {
  const std::optional<Role> role = ParseRole(options.role);
  if (!role) return Wrong("--role: expected admin, developer or runner");
  TokenRequest request{.role = *role,
                       .repos = options.repos,
                       .environments = options.environments,
                       .is_protected = options.is_protected};
  if (options.expires) {
    const auto time = ParseRfc3339(*options.expires);
    if (!time) return Wrong("--expires: expected a time like 2027-01-31T08:05:00Z");
    request.expires_at = *time;
  }
  return request;
}

Status Run(Session& session, const Options& options, const TokenRequest& request) {
  ASSIGN_OR_RETURN(ServiceDatabase service, ServiceDatabase::Open(session, options.service));
  ASSIGN_OR_RETURN(const std::string org_id, FindOrg(service.desk(), options.org));
  ASSIGN_OR_RETURN(const NewToken token, IssueOperatorToken(service.desk(), org_id, request));
  return session.PrintJson(NewTokenToJson(options.org, token));
}

Result<Action> Prepare(const Options& options) {
  if (options.org.empty()) return Wrong("--org: which org?");
  ASSIGN_OR_RETURN(TokenRequest request, RequestOf(options));
  return Action([options, request = std::move(request)](Session& session) {
    return Run(session, options, request);
  });
}

}  // namespace

Value NewTokenToJson(const std::string& org, const NewToken& token) {
  std::vector<Value::Member> members;
  members.push_back({"org", Value::String(org)});
  members.push_back({"id", Value::String(token.info.id)});
  members.push_back({"token", Value::String(token.token.Clone())});
  members.push_back({"role", Value::String(RoleName(token.info.rights.role))});
  members.push_back({"expiresAt", Value::String(FormatRfc3339(token.info.expires_at))});
  return Value::Map(std::move(members));
}

void DefineServiceToken(Command service, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = service.AddCommand(kText);
  DefineServiceOptions(command, options->service);
  command.AddOption("--org", "NAME", options->org, "The org's name");
  command.AddOption("--role", "ROLE", options->role, "admin (the default), developer or runner");
  command.AddRepeatedOption("--repo", "REPO", options->repos, "A runner's repo; may be repeated");
  command.AddRepeatedOption("--environment", "NAME", options->environments,
                            "Where a runner's jobs run; may be repeated");
  command.AddFlag("--protected", options->is_protected,
                  "The runner's jobs run on protected branches only");
  command.AddOption("--expires", "TIME", options->expires, "RFC 3339; in 30 days when not said");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
