// injector service audit head --db URL --org ORG

#include <memory>

#include "injector/cli/service/service_audit.h"
#include "injector/cli/service/service_commands.h"
#include "injector/service/audit_log.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "head", "Print the newest link of the log",
    "SEQUENCE:MAC, to be kept where whoever holds the database cannot write. Given to verify\n"
    "later as --anchor it shows that nothing was cut off since. Verifies nothing itself.\n",
    "  injector service audit head --db sqlite:service.db --key-file service.key --org acme\n"
    "  injector service audit head --org acme | ssh vault.example.com 'cat >> acme.heads'\n"};

Status Run(Session& session, const AuditOptions& options) {
  return WithOrg(session, options, [&](Desk& desk, const std::string& org_id) -> Status {
    ASSIGN_OR_RETURN(const ChainHead head,
                     desk.database().Look<ChainHead>(
                         [&](SqlSession& database) { return ReadHead(database, org_id); }));
    return session.Print(HeadText(head) + "\n");
  });
}

}  // namespace

void DefineServiceAuditHead(Command audit, Invocation& invocation) {
  auto options = std::make_shared<AuditOptions>();
  Command command = audit.AddCommand(kText);
  DefineAuditOptions(command, *options);
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
