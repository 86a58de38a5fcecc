#include "injector/cli/service/service_audit.h"

#include "injector/base/clock.h"
#include "injector/rest/json_object.h"
#include "injector/service/orgs.h"

namespace injector {
namespace {

std::function<Status(const std::string&)> TakeTime(std::optional<TimePoint>& target) {
  return [&target](const std::string& text) -> Status {
    const auto time = ParseRfc3339(text);
    if (!time) {
      return Error(ErrorCode::kInvalidArgument, "expected a time like 2026-01-31T08:05:00Z");
    }
    target = *time;
    return {};
  };
}

}  // namespace

void DefineAuditOptions(Command command, AuditOptions& options) {
  DefineServiceOptions(command, options.service);
  command.AddOption("--org", "NAME", options.org, "The org's name");
}

void DefineFilterOptions(Command command, AuditFilter& filter) {
  command.AddOption("--actor", "ACTOR", filter.actor, "What this caller did, token:ID or operator");
  command.AddOption("--connection", "ID", filter.connection, "What was done to this one");
  command.AddOption("--repo", "REPO", filter.repo, "What was done for this repo");
  command.AddOption("--since", "TIME", TakeTime(filter.since), "From this time on, RFC 3339");
  command.AddOption("--until", "TIME", TakeTime(filter.until), "Before this time");
}

Result<std::int64_t> ParseSequence(const std::string& text) {
  const auto number = rest::ParseWholeNumber(text, 1, std::int64_t{1} << 53);
  if (!number) return Error(ErrorCode::kInvalidArgument, "expected a whole number from 1 on");
  return *number;
}

std::string HeadText(const ChainHead& head) {
  return std::to_string(head.sequence) + ":" + head.mac;
}

Status WithOrg(Session& session, const AuditOptions& options,
               const std::function<Status(Desk& desk, const std::string& org_id)>& body) {
  if (options.org.empty()) return Error(ErrorCode::kInvalidArgument, "--org: which org?");
  ASSIGN_OR_RETURN(ServiceDatabase service, ServiceDatabase::Open(session, options.service));
  ASSIGN_OR_RETURN(const std::string org_id, FindOrg(service.desk(), options.org));
  return body(service.desk(), org_id);
}

}  // namespace injector
