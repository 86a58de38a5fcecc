// injector service audit verify --db URL --org ORG

#include <charconv>
#include <memory>
#include <optional>

#include "injector/cli/service/service_audit.h"
#include "injector/cli/service/service_commands.h"
#include "injector/service/audit_verify.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "verify", "Check that the log is whole, and the tables as it says",
    "Follows the chain from its first event and names the first link that does not hold; then\n"
    "each connection, variable, attachment and token must come from its event. Prints the\n"
    "newest link, SEQUENCE:MAC: kept elsewhere and given as --known later, it shows that\n"
    "nothing was cut off meanwhile. Fails when something is found.\n",
    "  injector service audit verify --db sqlite:service.db --key-file service.key --org acme\n"
    "  injector service audit verify --org acme --known \"$(cat last-head)\"\n"};

struct Options {
  AuditOptions audit;
  std::optional<std::string> known;
};

Result<ChainHead> ParseHead(std::string_view text) {
  const std::size_t colon = text.find(':');
  ChainHead head;
  const char* end = text.data() + std::min(colon, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, head.sequence);
  if (colon == std::string_view::npos || error != std::errc() || stop != end) {
    return Error(ErrorCode::kInvalidArgument,
                 "--known: expected SEQUENCE:MAC, as verify prints it");
  }
  head.mac = text.substr(colon + 1);
  return head;
}

Status Report(Session& session, const AuditReport& report) {
  RETURN_IF_ERROR(
      session.Print(std::to_string(report.head.sequence) + ":" + report.head.mac + "\n"));
  for (const std::string& finding : report.findings) session.Tell(finding);
  if (report.findings.empty()) {
    session.Tell(std::to_string(report.events) + " events: the log is whole");
    return {};
  }
  return Error(ErrorCode::kDataLoss,
               "audit: " + std::to_string(report.findings.size()) + " findings");
}

Status Run(Session& session, const Options& options, const std::optional<ChainHead>& known) {
  return WithOrg(session, options.audit, [&](Desk& desk, const std::string& org_id) -> Status {
    ASSIGN_OR_RETURN(const AuditReport report, VerifyAudit(desk, org_id, known));
    return Report(session, report);
  });
}

Result<Action> Prepare(const Options& options) {
  std::optional<ChainHead> known;
  if (options.known) {
    ASSIGN_OR_RETURN(known, ParseHead(*options.known));
  }
  return Action([options, known](Session& session) { return Run(session, options, known); });
}

}  // namespace

void DefineServiceAuditVerify(Command audit, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = audit.AddCommand(kText);
  DefineAuditOptions(command, options->audit);
  command.AddOption("--known", "SEQUENCE:MAC", options->known, "A newest link of an earlier day");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
