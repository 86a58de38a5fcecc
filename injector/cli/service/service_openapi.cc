// injector service openapi

#include "injector/cli/service/service_commands.h"
#include "injector/cli/session.h"
#include "injector/service/rest/openapi.h"

namespace injector {
namespace {

constexpr CommandText kText = {"openapi", "Print the description of the REST interface",
                               "OpenAPI 3.1, as the service itself serves it at /openapi.json.\n",
                               "  injector service openapi > openapi.json\n"};

Status Run(Session& session) {
  ASSIGN_OR_RETURN(const Secret json, rest::OpenApiJson());
  return session.Print(Secret::Concat({json.Reveal(), "\n"}).Reveal());
}

}  // namespace

void DefineServiceOpenApi(Command service, Invocation& invocation) {
  service.AddCommand(kText).OnChosen([&invocation] { invocation.action = Action(Run); });
}

}  // namespace injector
