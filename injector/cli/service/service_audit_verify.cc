// injector service audit verify --db URL --org ORG

#include <charconv>
#include <memory>
#include <optional>

#include "injector/cli/service/audit_input.h"
#include "injector/cli/service/service_audit.h"
#include "injector/cli/service/service_commands.h"
#include "injector/service/audit_verify.h"
#include "injector/service/org_keys.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "verify", "Check that the log is whole, and the tables as it says",
    "Follows the chain from its first event, or from the anchor that prune has left, and names\n"
    "the first link that does not hold; then each connection, variable, attachment and token\n"
    "must come from its event. Prints the newest link, SEQUENCE:MAC: kept elsewhere and given\n"
    "as --anchor later, it shows that nothing was cut off meanwhile. With --file the chain in a\n"
    "file that prune has written, for which the key that was the master key then is enough; the\n"
    "link that prune printed, given as --anchor, shows that its end is there too.\n"
    "Fails when something is found.\n",
    "  injector service audit verify --db sqlite:service.db --key-file service.key --org acme\n"
    "  injector service audit verify --org acme --anchor \"$(cat last-head)\"\n"
    "  injector service audit verify --file acme-2025.jsonl --key-file service.key\n"};

struct Options {
  AuditOptions audit;
  std::optional<std::string> known;
  std::string file;
};

Result<ChainHead> ParseHead(std::string_view text) {
  const std::size_t colon = text.find(':');
  ChainHead head;
  const char* end = text.data() + std::min(colon, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, head.sequence);
  if (colon == std::string_view::npos || error != std::errc() || stop != end) {
    return Error(ErrorCode::kInvalidArgument,
                 "--anchor: expected SEQUENCE:MAC, as verify and head print it");
  }
  head.mac = text.substr(colon + 1);
  return head;
}

Status Report(Session& session, const AuditReport& report, std::string_view verdict) {
  // A log without a beginning has no link that holds.
  if (!report.head.mac.empty()) RETURN_IF_ERROR(session.Print(HeadText(report.head) + "\n"));
  for (const std::string& finding : report.findings) session.Tell(finding);
  if (report.findings.empty()) {
    const std::string from =
        report.anchor.sequence == 0 ? "" : ", after " + HeadText(report.anchor);
    session.Tell(std::to_string(report.events) + " events" + from + ": " + std::string(verdict));
    return {};
  }
  return Error(ErrorCode::kDataLoss,
               "audit: " + std::to_string(report.findings.size()) + " findings");
}

Status Run(Session& session, const Options& options, const std::optional<ChainHead>& known) {
  return WithOrg(session, options.audit, [&](Desk& desk, const std::string& org_id) -> Status {
    ASSIGN_OR_RETURN(const AuditReport report, VerifyAudit(desk, org_id, known));
    return Report(session, report, "the log is whole");
  });
}

// A passphrase is no key by itself: its salt is in the database.
Result<MasterKey> RawKey(const KeyText& key) {
  if (key.raw_key() != nullptr) return MasterKey::Create(*key.raw_key());
  return Error(ErrorCode::kFailedPrecondition, "--file: needs a raw key, got a passphrase");
}

// The org's key stands in the file, wrapped by the master key of then.
Result<KeyRing> ReadRing(Session& session, const ServiceDatabaseOptions& options) {
  ASSIGN_OR_RETURN(const KeyText key, ReadMasterKey(session, options));
  ASSIGN_OR_RETURN(const std::vector<KeyText> more, ReadMoreKeys(session, options));
  ASSIGN_OR_RETURN(MasterKey active, RawKey(key));
  KeyRing ring(std::move(active));
  for (const KeyText& text : more) {
    ASSIGN_OR_RETURN(MasterKey previous, RawKey(text));
    ring.AddPrevious(std::move(previous));
  }
  return ring;
}

Status RunOnFile(Session& session, const Options& options, const std::optional<ChainHead>& known) {
  ASSIGN_OR_RETURN(AuditInput input, AuditInput::Open(options.file));
  ASSIGN_OR_RETURN(const KeyRing ring, ReadRing(session, options.audit.service));
  ASSIGN_OR_RETURN(const OrgKeys keys,
                   OpenOrgKey(ring, input.header().org_key, input.header().org_id));
  ASSIGN_OR_RETURN(const AuditReport report, input.Verify(keys.audit, known));
  const bool has_end = known && known->mac == report.head.mac;
  return Report(session, report, has_end ? "the file is whole" : "each link holds");
}

Result<Action> Prepare(const Options& options) {
  std::optional<ChainHead> known;
  if (options.known) {
    ASSIGN_OR_RETURN(known, ParseHead(*options.known));
  }
  if (options.file.empty()) {
    return Action([options, known](Session& session) { return Run(session, options, known); });
  }
  if (!options.audit.org.empty() || !options.audit.service.database.empty()) {
    return Error(ErrorCode::kInvalidArgument, "--file: is verified by itself")
        .WithHint("without --org and --db");
  }
  return Action([options, known](Session& session) { return RunOnFile(session, options, known); });
}

}  // namespace

void DefineServiceAuditVerify(Command audit, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = audit.AddCommand(kText);
  DefineAuditOptions(command, options->audit);
  command.AddOption("--known", "SEQUENCE:MAC", options->known, "A newest link of an earlier day");
  command.AddOption("--anchor", "SEQUENCE:MAC", options->known, "The same, kept by `audit head`");
  command.MakeExclusive("--known", "--anchor");
  command.AddOption("--file", "FILE", options->file, "Verify a file that prune has written");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
