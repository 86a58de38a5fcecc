#include "injector/service/store/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "injector/base/file.h"
#include "injector/base/unique_fd.h"
#include "injector/service/store/migrations.h"
#include "injector/service/store/soci_session.h"

namespace injector {
namespace {

constexpr std::string_view kSqliteScheme = "sqlite:";

// SQLite writes into an empty file as well as into none, but would make one that all may read.
Status MakeTarget(const std::string& path) {
  const UniqueFd file(RetryOnEintr(
      [&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); }));
  if (!file.valid()) return Error::FromErrno(errno, "create " + path);
  return {};
}

Status Sync(const std::string& path) {
  const UniqueFd file(RetryOnEintr([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!file.valid() || ::fsync(file.get()) != 0) return Error::FromErrno(errno, "fsync " + path);
  return {};
}

// The directory too: it holds the name (fsync(2)).
Status SyncFile(const std::string& path) {
  RETURN_IF_ERROR(Sync(path));
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return Sync(directory.empty() ? "." : directory);
}

// https://sqlite.org/lang_vacuum.html: INTO is a consistent copy of a database in use.
Status Copy(const std::string& source, const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<SqlSession> session, OpenSqlite(source));
  RETURN_IF_ERROR(session->Execute("VACUUM INTO :1", {path}));
  return SyncFile(path);
}

// What SQLite keeps beside a database (https://sqlite.org/tempfiles.html).
constexpr std::array kBeside = {"-wal", "-shm", "-journal"};

bool Exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Error NotSqlite(std::string_view what, std::string_view program) {
  return Error(ErrorCode::kInvalidArgument, std::string(what) + ": only of an SQLite database")
      .WithHint(std::string(program) + " does that for PostgreSQL");
}

// A log that a new database found would be played into it, whosever it was.
Status CheckPlace(const std::string& target) {
  std::vector<std::string> paths = {target};
  for (const char* suffix : kBeside) paths.push_back(target + suffix);
  for (const std::string& path : paths) {
    if (!Exists(path)) continue;
    return Error(ErrorCode::kAlreadyExists, path + ": is there already")
        .WithHint("restore to another file, or move the database away, with its -wal and -shm");
  }
  return {};
}

Status CheckCopy(const std::string& path) {
  if (!Exists(path)) return Error::FromErrno(errno, "open " + path);
  for (const char* suffix : kBeside) {
    if (!Exists(path + suffix)) continue;
    return Error(ErrorCode::kFailedPrecondition,
                 path + ": is a database in use, or half of one: " + suffix + " is beside it")
        .WithHint("`injector service backup` makes a copy that is whole");
  }
  return {};
}

Status CopyBytes(const std::string& from, const std::string& to) {
  const UniqueFd in(RetryOnEintr([&] { return ::open(from.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!in.valid()) return Error::FromErrno(errno, "open " + from);
  const UniqueFd out(RetryOnEintr([&] { return ::open(to.c_str(), O_WRONLY | O_CLOEXEC); }));
  if (!out.valid()) return Error::FromErrno(errno, "open " + to);
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got =
        RetryOnEintr([&] { return ::read(in.get(), buffer.data(), buffer.size()); });
    if (got < 0) return Error::FromErrno(errno, "read " + from);
    if (got == 0) break;
    RETURN_IF_ERROR(WriteAll(out.get(), {buffer.data(), static_cast<std::size_t>(got)}, to));
  }
  if (::fsync(out.get()) != 0) return Error::FromErrno(errno, "fsync " + to);
  return {};
}

// Every page, and that it is a database of the service which this program can use.
Status CheckContent(const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<SqlSession> session, OpenSqlite(path));
  ASSIGN_OR_RETURN(const SqlRow row, session->QueryOne("PRAGMA integrity_check", {}, "check"));
  if (row.Text(0) != "ok") return Error(ErrorCode::kDataLoss, row.Text(0));
  return CheckSchema(*session);
}

Status FillFrom(const std::string& path, const std::string& target) {
  RETURN_IF_ERROR(CopyBytes(path, target));
  Status checked = CheckContent(target);
  if (checked.ok()) return {};
  switch (checked.error().code()) {
    case ErrorCode::kDataLoss:
      return Error(ErrorCode::kDataLoss, path + ": is damaged, or no SQLite database");
    case ErrorCode::kInternal:  // it has not even our list of schema steps
      return Error(ErrorCode::kInvalidArgument, path + ": is no database of the service");
    default:
      return std::move(checked).error().WithContext(path);
  }
}

}  // namespace

Status Restore(const std::string& path, const std::string& url) {
  if (!url.starts_with(kSqliteScheme)) return NotSqlite("restore", "pg_restore");
  const std::string target = url.substr(kSqliteScheme.size());
  RETURN_IF_ERROR(CheckPlace(target));
  RETURN_IF_ERROR(CheckCopy(path));
  RETURN_IF_ERROR(MakeTarget(target));
  Status filled = FillFrom(path, target);
  if (filled.ok()) return {};
  ::unlink(target.c_str());
  for (const char* suffix : kBeside) ::unlink((target + suffix).c_str());
  return filled;
}

Status BackUp(const std::string& url, const std::string& path) {
  if (!url.starts_with(kSqliteScheme)) return NotSqlite("backup", "pg_dump");
  const std::string source = url.substr(kSqliteScheme.size());
  if (!Exists(source)) return Error::FromErrno(errno, "open " + source);
  RETURN_IF_ERROR(MakeTarget(path));
  Status copied = Copy(source, path);
  if (!copied.ok()) ::unlink(path.c_str());  // half a copy is worse than none
  return copied;
}

}  // namespace injector
