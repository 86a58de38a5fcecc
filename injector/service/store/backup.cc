#include "injector/service/store/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "injector/base/unique_fd.h"
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

Status SyncFile(const std::string& path) {
  const UniqueFd file(RetryOnEintr([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!file.valid() || ::fsync(file.get()) != 0) return Error::FromErrno(errno, "fsync " + path);
  return {};
}

// https://sqlite.org/lang_vacuum.html: INTO is a consistent copy of a database in use.
Status Copy(const std::string& source, const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<SqlSession> session, OpenSqlite(source));
  RETURN_IF_ERROR(session->Execute("VACUUM INTO :1", {path}));
  return SyncFile(path);
}

}  // namespace

Status BackUp(const std::string& url, const std::string& path) {
  if (!url.starts_with(kSqliteScheme)) {
    return Error(ErrorCode::kInvalidArgument, "backup: only of an SQLite database")
        .WithHint("pg_dump copies a PostgreSQL database");
  }
  const std::string source = url.substr(kSqliteScheme.size());
  if (::access(source.c_str(), F_OK) != 0) return Error::FromErrno(errno, "open " + source);
  RETURN_IF_ERROR(MakeTarget(path));
  Status copied = Copy(source, path);
  if (!copied.ok()) ::unlink(path.c_str());  // half a copy is worse than none
  return copied;
}

}  // namespace injector
