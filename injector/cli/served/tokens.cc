// injector tokens create | list | delete

#include <algorithm>
#include <memory>
#include <utility>

#include "injector/base/ascii.h"
#include "injector/cli/commands.h"
#include "injector/cli/connections/expiry.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/session.h"
#include "injector/service/principal.h"
#include "injector/service/repo_name.h"

namespace injector {
namespace {

constexpr CommandText kCreateText = {
    "create", "Make a token, and show it once",
    "Prints the token alone, so that it can go into a file. Roles: admin (everything), developer\n"
    "(sees names and fields, no secret), runner (gets what is attached to its repos, for jobs).\n"
    "A token ends in 30 days, or when --expires says.\n",
    "  injector tokens create --role runner --repo acme/web > runner.token\n"
    "  injector tokens create --role developer --expires 2027-01-31\n"
    "  injector tokens create --role runner --repo acme/web --environment production "
    "--protected\n"};

constexpr CommandText kListText = {
    "list", "List the tokens",
    "Each by how it begins, with its role and when it ends; never what makes it valid.\n",
    "  injector tokens list\n"
    "  injector tokens list --output json | jq -r '.[] | select(.role == \"runner\").id'\n"};

constexpr CommandText kDeleteText = {
    "delete", "Refuse a token from now on", "Leases that it holds are not renewed any more.\n",
    "  injector tokens delete 0198c2a4-5b1e-7d3f-9a60-1f2e3d4c5b6a\n"};

struct CreateOptions {
  std::string role;
  std::vector<std::string> repos;
  std::vector<std::string> environments;
  bool is_protected = false;
  std::string expires;
};

Result<Value> RequestOf(const CreateOptions& options, const Clock& clock) {
  std::vector<Value::Member> members;
  members.push_back({"role", Value::String(options.role)});
  if (!options.repos.empty()) members.push_back({"repos", TextList(options.repos)});
  if (!options.environments.empty()) {
    members.push_back({"environments", TextList(options.environments)});
  }
  if (options.is_protected) members.push_back({"isProtected", Value::Bool(true)});
  if (!options.expires.empty()) {
    ASSIGN_OR_RETURN(const std::string time, ParseExpiry(options.expires, clock.Now()));
    members.push_back({"expiresAt", Value::String(time)});
  }
  return Value::Map(std::move(members));
}

Status Create(Session& session, const CreateOptions& options) {
  ASSIGN_OR_RETURN(Value request, RequestOf(options, session.clock()));
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const Value made, service.Post("/tokens", std::move(request)));
  const Value* token = made.Find("token");
  if (token == nullptr || token->kind() != Value::Kind::kString) {
    return Error(ErrorCode::kDataLoss, "the service's answer holds no token");
  }
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(Picked(made, {"id", "token", "role", "expiresAt"}));
  }
  session.Tell("token " + TextMember(made, "id") + ", until " + TextMember(made, "expiresAt") +
               "; it is not shown again");
  return session.Print(Secret::Concat({token->string().Reveal(), "\n"}).Reveal());
}

Result<Action> PrepareCreate(const CreateOptions& options) {
  if (!ParseRole(options.role)) {
    return Error(ErrorCode::kInvalidArgument, "--role: expected admin, developer or runner");
  }
  for (const std::string& repo : options.repos) RETURN_IF_ERROR(CheckRepoName(repo));
  return Action([options](Session& session) { return Create(session, options); });
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

Status List(Session& session) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const std::vector<Value> tokens, service.List("/tokens"));
  if (session.options().output == OutputFormat::kJson) {
    std::vector<Value> items;
    for (const Value& token : tokens) {
      items.push_back(Picked(token, {"id", "prefix", "role", "repos", "environments", "isProtected",
                                     "createdBy", "createdAt", "expiresAt", "revokedAt"}));
    }
    return session.PrintJson(Value::List(std::move(items)));
  }
  Table table({"ID", "TOKEN", "ROLE", "REPOS", "ENVIRONMENTS", "EXPIRES", "REVOKED"});
  for (const Value& token : tokens) {
    table.AddRow({TextMember(token, "id"), "inj_" + TextMember(token, "prefix") + "…",
                  TextMember(token, "role"), Joined(TextsMember(token, "repos")),
                  Joined(TextsMember(token, "environments")), TextMember(token, "expiresAt"),
                  TextMember(token, "revokedAt")});
  }
  return session.Print(table.Render(session.emphasis()));
}

Status Delete(Session& session, const std::string& id) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  RETURN_IF_ERROR(service.Delete("/tokens/" + PathSegment(id)));
  session.Tell("token " + id + " is refused from now on");
  return {};
}

// Something else may be the token itself, which would stand in messages then.
bool IsTokenId(std::string_view id) {
  return id.size() == 36 &&
         std::all_of(id.begin(), id.end(), [](char c) { return c == '-' || IsAsciiAlnum(c); });
}

Result<Action> PrepareDelete(const std::string& id) {
  if (!IsTokenId(id)) {
    return Error(ErrorCode::kInvalidArgument, "ID: expected the id of a token, not the token")
        .WithHint("`injector tokens list` shows the ids");
  }
  return Action([id](Session& session) { return Delete(session, id); });
}

}  // namespace

void DefineTokensCreate(Command tokens, Invocation& invocation) {
  auto options = std::make_shared<CreateOptions>();
  Command command = tokens.AddCommand(kCreateText);
  command.AddOption("--role", "ROLE", options->role, "admin, developer or runner");
  command.AddRepeatedOption("--repo", "REPO", options->repos,
                            "A runner's repo; at least one, may be repeated");
  command.AddRepeatedOption("--environment", "ENVIRONMENT", options->environments,
                            "Where a runner's jobs run; may be repeated");
  command.AddFlag("--protected", options->is_protected,
                  "A runner's jobs run on protected branches only");
  command.AddOption("--expires", "TIME", options->expires,
                    "When it ends: 2027-01-31 (that day's end, UTC) or\n2027-01-31T08:00:00Z");
  command.OnChosen([&invocation, options] { invocation.action = PrepareCreate(*options); });
}

void DefineTokensList(Command tokens, Invocation& invocation) {
  tokens.AddCommand(kListText).OnChosen([&invocation] { invocation.action = Action(List); });
}

void DefineTokensDelete(Command tokens, Invocation& invocation) {
  auto id = std::make_shared<std::string>();
  Command command = tokens.AddCommand(kDeleteText);
  command.AddArgument("ID", *id, "As `tokens list` shows it");
  command.OnChosen([&invocation, id] { invocation.action = PrepareDelete(*id); });
}

}  // namespace injector
