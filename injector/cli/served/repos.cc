// injector repos [REPO]

#include <memory>
#include <utility>

#include "injector/base/printable.h"
#include "injector/cli/commands.h"
#include "injector/cli/served/served_attachments.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/session.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "repos", "List repos, or what is attached to one (with --service)",
    "A repo is there from its first attachment or token on. With REPO, what its jobs may use:\n"
    "what is attached to it, and to the whole org.\n",
    "  injector repos\n"
    "  injector repos acme/web\n"
    "  injector repos acme/web --output json | jq -r '.[].connection'\n"};

Status ListRepos(Session& session, ServiceAccess& service) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, RepoNames(service));
  if (session.options().output == OutputFormat::kJson) return session.PrintJson(TextList(names));
  if (names.empty()) session.Tell("no repos yet; `injector attach NAME --repo REPO` adds one");
  std::string text;
  for (const std::string& name : names) text += Printable(name) + "\n";
  return session.Print(text);
}

Status ShowRepo(Session& session, ServiceAccess& service, const std::string& repo) {
  std::vector<Value> json;
  Table table({"NAME", "ATTACHED TO", "FOR"});
  for (const std::string& place : {repo, std::string(kWholeOrg)}) {
    ASSIGN_OR_RETURN(const std::vector<ServedAttachment> attachments,
                     AttachmentsOf(service, place));
    for (const ServedAttachment& attachment : attachments) {
      json.push_back(AttachmentAsJson(attachment));
      const std::string scope = ShownScope(attachment);
      table.AddRow({attachment.name, ShownRepo(attachment.repo), scope.empty() ? "all" : scope});
    }
  }
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(Value::List(std::move(json)));
  }
  if (!json.empty()) return session.Print(table.Render(session.emphasis()));
  session.Tell("nothing is attached to " + repo);
  return {};
}

Status Run(Session& session, const std::string& repo) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  return repo.empty() ? ListRepos(session, service) : ShowRepo(session, service, repo);
}

Result<Action> Prepare(const std::string& repo) {
  if (!repo.empty()) RETURN_IF_ERROR(CheckRepoName(repo));
  return Action([repo](Session& session) { return Run(session, repo); });
}

}  // namespace

void DefineRepos(Command program, Invocation& invocation) {
  auto repo = std::make_shared<std::string>();
  Command command = program.AddCommand(kText);
  command.AddOptionalArgument("REPO", *repo, "The repo: acme/web");
  command.OnChosen([&invocation, repo] { invocation.action = Prepare(*repo); });
}

}  // namespace injector
