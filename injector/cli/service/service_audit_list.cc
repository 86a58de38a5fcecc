// injector service audit list --db URL --org ORG

#include <memory>
#include <optional>

#include "injector/base/clock.h"
#include "injector/cli/service/service_audit.h"
#include "injector/cli/service/service_commands.h"
#include "injector/service/audit_log.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "list", "Show the newest events",
    "Newest first, at most 100; export prints all of them. With --output json as the REST\n"
    "interface shows them.\n",
    "  injector service audit list --db sqlite:service.db --key-file service.key --org acme\n"
    "  injector service audit list --org acme --repo web --since 2026-11-01T00:00:00Z\n"};

struct Options {
  AuditOptions audit;
  AuditFilter filter;
};

// Whoever has the database and its key may read all of it.
Principal Operator(const std::string& org_id) {
  Principal principal;
  principal.id = "operator";
  principal.org_id = org_id;
  principal.role = Role::kAdmin;
  return principal;
}

std::string TableOf(const std::vector<AuditRecord>& records, const Emphasis& emphasis) {
  Table table({"SEQUENCE", "TIME", "ACTOR", "ACTION", "OUTCOME", "NAME", "REPO"});
  for (const AuditRecord& record : records) {
    const AuditEvent& event = record.event;
    const bool done = event.outcome == AuditEvent::Outcome::kDone;
    table.AddRow({std::to_string(record.sequence), FormatRfc3339(record.time), record.actor,
                  event.action, done ? "done" : event.reason, event.name, event.repo});
  }
  return table.Render(emphasis);
}

Status Show(Session& session, const std::vector<AuditRecord>& records) {
  if (session.options().output == OutputFormat::kText) {
    return session.Print(TableOf(records, session.emphasis()));
  }
  std::vector<Value> items;
  for (const AuditRecord& record : records) items.push_back(AuditRecordToJson(record));
  return session.PrintJson(Value::List(std::move(items)));
}

Status Run(Session& session, const Options& options) {
  return WithOrg(session, options.audit, [&](Desk& desk, const std::string& org_id) -> Status {
    ASSIGN_OR_RETURN(const Page<AuditRecord> page,
                     AuditLog(desk).List(Operator(org_id), options.filter, {}));
    return Show(session, page.items);
  });
}

std::function<Status(const std::string&)> TakeTime(std::optional<TimePoint>& target) {
  return [&target](const std::string& text) -> Status {
    const auto time = ParseRfc3339(text);
    if (!time)
      return Error(ErrorCode::kInvalidArgument, "expected a time like 2026-01-31T08:05:00Z");
    target = *time;
    return {};
  };
}

}  // namespace

void DefineServiceAuditList(Command audit, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = audit.AddCommand(kText);
  DefineAuditOptions(command, options->audit);
  AuditFilter& filter = options->filter;
  command.AddOption("--actor", "ACTOR", filter.actor, "What this caller did, token:ID or operator");
  command.AddOption("--connection", "ID", filter.connection, "What was done to this one");
  command.AddOption("--repo", "REPO", filter.repo, "What was done for this repo");
  command.AddOption("--since", "TIME", TakeTime(filter.since), "From this time on, RFC 3339");
  command.AddOption("--until", "TIME", TakeTime(filter.until), "Before this time");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
