// injector service audit list --db URL --org ORG

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "injector/base/clock.h"
#include "injector/cli/service/service_audit.h"
#include "injector/cli/service/service_commands.h"
#include "injector/service/audit_log.h"
#include "injector/service/orgs.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "list", "Show the newest events",
    "Newest first, 100 unless --limit says otherwise; --before goes on where a list ended.\n"
    "With --output json as the REST interface shows them.\n",
    "  injector service audit list --db sqlite:service.db --key-file service.key --org acme\n"
    "  injector service audit list --org acme --repo web --since 2026-11-01T00:00:00Z\n"
    "  injector service audit list --org acme --limit 1000 --before 4711\n"};

struct Options {
  AuditOptions audit;
  AuditFilter filter;
  std::size_t limit = 100;
  std::string before = {};  // a sequence number
};

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
    AuditLog log(desk);
    std::vector<AuditRecord> records;
    PageRequest wanted{.after = options.before};
    do {
      wanted.limit = std::min(options.limit - records.size(), PageRequest::kMaxLimit);
      ASSIGN_OR_RETURN(Page<AuditRecord> page,
                       log.List(OperatorOf(org_id), options.filter, wanted));
      std::move(page.items.begin(), page.items.end(), std::back_inserter(records));
      wanted.after = std::move(page.next);
    } while (!wanted.after.empty() && records.size() < options.limit);
    RETURN_IF_ERROR(Show(session, records));
    if (!wanted.after.empty()) session.Tell("there are more: --before " + wanted.after);
    return {};
  });
}

}  // namespace

void DefineServiceAuditList(Command audit, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = audit.AddCommand(kText);
  DefineAuditOptions(command, options->audit);
  DefineFilterOptions(command, options->filter);
  const auto take_limit = [options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(const std::int64_t limit, ParseSequence(text));
    options->limit = static_cast<std::size_t>(limit);
    return {};
  };
  command.AddOption("--limit", "NUMBER", take_limit, "How many at most (100)");
  const auto take_before = [options](const std::string& text) -> Status {
    ASSIGN_OR_RETURN(const std::int64_t before, ParseSequence(text));
    options->before = std::to_string(before);
    return {};
  };
  command.AddOption("--before", "SEQUENCE", take_before, "Only what came before that event");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
