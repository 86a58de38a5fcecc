// injector attach NAME, injector detach NAME

#include <memory>
#include <utility>

#include "injector/cli/arguments.h"
#include "injector/cli/commands.h"
#include "injector/cli/served/served_attachments.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/session.h"

namespace injector {
namespace {

constexpr CommandText kAttachText = {
    "attach", "Let the jobs of a repo use a connection (with --service)",
    "What is attached already gets the new scope: all jobs of the repo, those in the environments\n"
    "given, or those on protected branches alone. With --variable NAME is a variable's key.\n"
    "A repo comes with its first attachment; nobody has to make it.\n",
    "  injector attach aws-prod --repo acme/web --environment production --protected-only\n"
    "  injector attach region --variable --org\n"};

constexpr CommandText kDetachText = {
    "detach", "Take a connection away from the jobs of a repo (with --service)",
    "Jobs that run keep what they have been given until their lease is renewed.\n",
    "  injector detach aws-prod --repo acme/web\n"
    "  injector detach region --variable --org\n"};

struct Options {
  std::string name;
  std::string repo;
  bool org = false;
  bool variable = false;
  std::vector<std::string> environments;
  bool protected_only = false;
};

// `options` as an attachment, with the id that the service has for the name.
Result<ServedAttachment> Locate(ServiceAccess& service, const Options& options) {
  ServedAttachment attachment{.kind = AttachedKind::kVariable,
                              .repo = options.org ? std::string(kWholeOrg) : options.repo,
                              .id = options.name,
                              .name = "var." + options.name,
                              .environments = options.environments,
                              .protected_only = options.protected_only};
  if (options.variable) return attachment;
  ASSIGN_OR_RETURN(const Reference reference, ParseConnectionName(options.name));
  ASSIGN_OR_RETURN(const ServedConnection connection, service.FindConnection(reference));
  attachment.kind = AttachedKind::kConnection;
  attachment.id = connection.id;
  attachment.name = connection.shown.name.Full();
  return attachment;
}

Status RunAttach(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const ServedAttachment attachment, Locate(service, options));
  RETURN_IF_ERROR(Attach(service, attachment));
  const std::string scope = ShownScope(attachment);
  session.Tell("attached " + attachment.name + " to " + ShownRepo(attachment.repo) +
               (scope.empty() ? "" : ": " + scope));
  return {};
}

Status RunDetach(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(ServiceAccess service, ServiceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const ServedAttachment attachment, Locate(service, options));
  RETURN_IF_ERROR(Detach(service, attachment));
  session.Tell("detached " + attachment.name + " from " + ShownRepo(attachment.repo));
  return {};
}

Result<Action> Prepare(const Options& options, Status (*run)(Session&, const Options&)) {
  if (options.repo.empty() != options.org) {
    return Error(ErrorCode::kInvalidArgument, "expected either --repo REPO or --org");
  }
  if (!options.org) RETURN_IF_ERROR(CheckRepoName(options.repo));
  for (const std::string& name : options.environments) RETURN_IF_ERROR(CheckEnvironmentName(name));
  if (options.variable) {
    RETURN_IF_ERROR(ParseVariableKey(options.name));
  } else {
    RETURN_IF_ERROR(ParseConnectionName(options.name));
  }
  return Action([options, run](Session& session) { return run(session, options); });
}

void DefineCommon(Command command, Options& options) {
  command.AddArgument("NAME", options.name, "The connection: NAME or @TYPE.NAME");
  command.AddOption("--repo", "REPO", options.repo, "The repo: acme/web");
  command.AddFlag("--org", options.org, "Every repo");
  command.MakeExclusive("--repo", "--org");
  command.AddFlag("--variable", options.variable, "NAME is a variable's key");
}

}  // namespace

void DefineAttach(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = program.AddCommand(kAttachText);
  DefineCommon(command, *options);
  command.AddRepeatedOption("--environment", "ENVIRONMENT", options->environments,
                            "Only for jobs in this environment; may be repeated");
  command.AddFlag("--protected-only", options->protected_only,
                  "Only for jobs on protected branches");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options, &RunAttach); });
}

void DefineDetach(Command program, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = program.AddCommand(kDetachText);
  DefineCommon(command, *options);
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options, &RunDetach); });
}

}  // namespace injector
