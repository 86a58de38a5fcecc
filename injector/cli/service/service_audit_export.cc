// injector service audit export --db URL --org ORG

#include <charconv>
#include <memory>

#include "injector/cli/service/service_audit.h"
#include "injector/cli/service/service_commands.h"
#include "injector/service/audit_log.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "export", "Print the whole log, oldest first, one event a line",
    "Each line is JSON with the MAC that chains it to the event before; with a filter, that one\n"
    "need not be the line before.\n",
    "  injector service audit export --db sqlite:service.db --key-file service.key --org acme\n"
    "  injector service audit export --org acme --after 1000 >> audit.jsonl\n"
    "  injector service audit export --org acme --repo web --since 2026-11-01T00:00:00Z\n"};

struct Options {
  AuditOptions audit;
  AuditFilter filter;
  std::int64_t after = 0;
};

Status Run(Session& session, const Options& options) {
  return WithOrg(session, options.audit, [&](Desk& desk, const std::string& org_id) {
    const auto print = [&](std::string_view line) {
      return session.Print(std::string(line) + "\n");
    };
    return ExportAudit(desk, org_id, options.after, print, options.filter);
  });
}

}  // namespace

void DefineServiceAuditExport(Command audit, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = audit.AddCommand(kText);
  DefineAuditOptions(command, options->audit);
  DefineFilterOptions(command, options->filter);
  const auto take = [options](const std::string& text) -> Status {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, options->after);
    if (error == std::errc() && stop == end) return {};
    return Error(ErrorCode::kInvalidArgument, "expected a sequence number");
  };
  command.AddOption("--after", "SEQUENCE", take, "Only what came after that event");
  command.OnChosen([&invocation, options] {
    invocation.action = Action([options](Session& session) { return Run(session, *options); });
  });
}

}  // namespace injector
