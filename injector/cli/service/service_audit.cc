#include "injector/cli/service/service_audit.h"

#include "injector/service/orgs.h"

namespace injector {

void DefineAuditOptions(Command command, AuditOptions& options) {
  DefineServiceOptions(command, options.service);
  command.AddOption("--org", "NAME", options.org, "The org's name");
}

Status WithOrg(Session& session, const AuditOptions& options,
               const std::function<Status(Desk& desk, const std::string& org_id)>& body) {
  if (options.org.empty()) return Error(ErrorCode::kInvalidArgument, "--org: which org?");
  ASSIGN_OR_RETURN(ServiceDatabase service, ServiceDatabase::Open(session, options.service));
  ASSIGN_OR_RETURN(const std::string org_id, FindOrg(service.desk(), options.org));
  return body(service.desk(), org_id);
}

}  // namespace injector
