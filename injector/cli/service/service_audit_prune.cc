// injector service audit prune --db URL --org ORG --before TIME --export FILE

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "injector/base/clock.h"
#include "injector/base/file.h"
#include "injector/cli/service/audit_input.h"
#include "injector/cli/service/service_audit.h"
#include "injector/cli/service/service_commands.h"
#include "injector/service/audit_prune.h"

namespace injector {
namespace {

constexpr CommandText kText = {
    "prune", "Move old events out of the log, into a file",
    "Writes the events from before TIME to a new FILE, brings it to the disk and verifies it as\n"
    "it stands there; only then they are removed, some thousands at a time, while the service\n"
    "serves. What stays hangs on an anchor that nobody can make without the key, so that verify\n"
    "goes on from there. Interrupted, nothing is lost: run again, with another FILE, it goes on\n"
    "with what is still there. `audit verify --file FILE` verifies the file with the key alone.\n"
    "What a receiver of events (serve --event-webhook) has not been told by then it never is: a\n"
    "TIME longer ago than --event-keep takes nothing from it.\n",
    "  injector service audit prune --db sqlite:service.db --key-file service.key --org acme \\\n"
    "      --before 2026-01-01T00:00:00Z --export acme-2025.jsonl\n"};

struct Options {
  AuditOptions audit;
  std::optional<TimePoint> before;
  std::string file;
};

// A file that is made with its first line, for there may be none, and is nobody else's. One that
// was not finished is of no use, and its name is wanted again.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (fd_.valid() && !finished_) ::unlink(path_.c_str());
  }

  Status Append(std::string_view line) {
    if (!fd_.valid()) {
      fd_ = UniqueFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      if (!fd_.valid()) return Error::FromErrno(errno, "--export: " + path_);
    }
    buffer_.append(line).append("\n");
    return buffer_.size() < kBuffer ? Status() : Flush();
  }

  // Until this returns a power cut may take it.
  Status Finish() {
    RETURN_IF_ERROR(Flush());
    if (::fsync(fd_.get()) != 0) return Error::FromErrno(errno, "--export: fsync " + path_);
    const std::filesystem::path parent = std::filesystem::path(path_).parent_path();
    const std::string folder = parent.empty() ? "." : parent.string();
    const UniqueFd directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid() || ::fsync(directory.get()) != 0) {
      return Error::FromErrno(errno, "--export: fsync " + folder);
    }
    finished_ = true;
    return {};
  }

 private:
  static constexpr std::size_t kBuffer = std::size_t{1} << 16;

  Status Flush() {
    RETURN_IF_ERROR(WriteAll(fd_.get(), buffer_, path_));
    buffer_.clear();
    return {};
  }

  std::string path_;
  UniqueFd fd_;
  std::string buffer_;
  bool finished_ = false;
};

// What reached the disk is what is about to be removed.
Status Verify(Desk& desk, const std::string& org_id, const std::string& path,
              const AuditRange& range) {
  ASSIGN_OR_RETURN(AuditInput input, AuditInput::Open(path));
  ASSIGN_OR_RETURN(
      const AuditReport report,
      desk.database().Look<AuditReport>([&](SqlSession& session) -> Result<AuditReport> {
        ASSIGN_OR_RETURN(const auto keys, desk.keys().Of(session, org_id));
        return input.Verify(keys->audit);
      }));
  const bool same = report.findings.empty() && report.head.mac == range.last.mac &&
                    report.anchor.mac == range.after.mac;
  if (same) return {};
  return Error(ErrorCode::kDataLoss,
               "--export: " + path + " does not hold what was written to it: nothing was removed");
}

Status Run(Session& session, const Options& options) {
  return WithOrg(session, options.audit, [&](Desk& desk, const std::string& org_id) -> Status {
    NewFile file(options.file);
    ASSIGN_OR_RETURN(const AuditRange range,
                     ExportOldEvents(desk, org_id, *options.before,
                                     [&](std::string_view line) { return file.Append(line); }));
    if (range.size() == 0) {
      session.Tell("no events from before that time");
      return {};
    }
    RETURN_IF_ERROR(file.Finish());
    RETURN_IF_ERROR(Verify(desk, org_id, options.file, range));
    if (Status removed = RemoveEvents(desk, org_id, range); !removed.ok()) {
      return std::move(removed).error().WithHint("keep " + options.file +
                                                 ": what it holds may have been removed in part");
    }
    session.Tell("moved events " + std::to_string(range.after.sequence + 1) + " to " +
                 std::to_string(range.last.sequence) + " to " + options.file);
    return session.Print(HeadText(range.last) + "\n");
  });
}

Result<Action> Prepare(const Options& options) {
  const auto missing = [](const char* what) { return Error(ErrorCode::kInvalidArgument, what); };
  if (!options.before) return missing("--before: from before which time?");
  if (options.file.empty()) return missing("--export: to which file?");
  return Action([options](Session& session) { return Run(session, options); });
}

}  // namespace

void DefineServiceAuditPrune(Command audit, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  Command command = audit.AddCommand(kText);
  DefineAuditOptions(command, options->audit);
  const auto take = [options](const std::string& text) -> Status {
    options->before = ParseRfc3339(text);
    if (options->before) return {};
    return Error(ErrorCode::kInvalidArgument, "expected a time like 2026-01-31T08:05:00Z");
  };
  command.AddOption("--before", "TIME", take, "Events of this time and later stay; RFC 3339");
  command.AddOption("--export", "FILE", options->file, "A file that is not there yet");
  command.OnChosen([&invocation, options] { invocation.action = Prepare(*options); });
}

}  // namespace injector
