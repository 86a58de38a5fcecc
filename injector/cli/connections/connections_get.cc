// injector connections get NAME [--reveal]

#include <memory>

#include "injector/cli/commands.h"
#include "injector/cli/connections/connection_view.h"
#include "injector/cli/served/service_access.h"
#include "injector/cli/served/service_connections.h"
#include "injector/cli/session.h"
#include "injector/cli/store/source_access.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "get", "Show a connection",
    "Secrets show as ***; with --output json secret fields are left out and named in\n"
    "secretFields. --reveal shows them: mind who looks on, and where the output goes. A value of\n"
    "several lines is shown as such, each behind \"  | \"; --output json has it byte for byte.\n"
    "A credential service (--service) reveals nothing.\n",
    "  injector connections get movies\n"
    "  injector connections get @postgres --source yaml:connections.yaml\n"
    "  injector connections get movies --output json | jq -r .fields.host\n"
    "  injector connections get movies --reveal --output json | jq -r .fields.password\n"};

struct Options {
  std::string name;
  bool reveal = false;
};

Status Run(Session& session, const Reference& reference, SecretView view) {
  if (NamesService(session)) return GetConnectionAtService(session, reference, view);
  ASSIGN_OR_RETURN(SourceAccess sources, SourceAccess::Prepare(session));
  ASSIGN_OR_RETURN(const Fetched<Connection> fetched, sources.FetchOne(reference));
  const Connection& connection = fetched.item;
  if (session.options().output == OutputFormat::kJson) {
    return session.PrintJson(ConnectionToJson(connection, view));
  }
  return session.Print(
      ConnectionAsText(connection, view, session.clock().Now(), session.emphasis()).Reveal());
}

Result<Action> Prepare(const Options& options) {
  ASSIGN_OR_RETURN(const Reference reference, Reference::Parse(options.name));
  const SecretView view = options.reveal ? SecretView::kRevealed : SecretView::kHidden;
  return Action([reference, view](Session& session) { return Run(session, reference, view); });
}

}  // namespace

void DefineConnectionsGet(Command connections, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = connections.AddCommand(kText);
  command.AddArgument("NAME", options->name,
                      "The connection: NAME, @TYPE.NAME, or @TYPE for\nthe default of that type");
  command.AddFlag("--reveal", options->reveal, "Show secret values too");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
