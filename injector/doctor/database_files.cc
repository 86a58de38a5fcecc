// Types sqlite and duckdb: a file that is there, that is one of theirs, and beside which their
// journals can be made.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "injector/base/unique_fd.h"
#include "injector/doctor/checks.h"
#include "injector/doctor/fields.h"

namespace injector::doctor {
namespace {

struct Format {
  std::string_view name;
  std::string_view magic;
  std::size_t offset;
};

// SQLite, "Database File Format", 1.3; DuckDB, "Storage Versions and Format".
constexpr Format kSqlite{"SQLite", std::string_view("SQLite format 3\0", 16), 0};
constexpr Format kDuckdb{"DuckDB", "DUCK", 8};

Error Failure(int errno_value, const std::string& what) {
  const Error error = Error::FromErrno(errno_value, what);
  if (errno_value == ENOENT) return Error(ErrorCode::kNotFound, error.message());
  if (errno_value == EACCES) return Error(ErrorCode::kPermissionDenied, error.message());
  return Error(ErrorCode::kFailedPrecondition, error.message());
}

Result<std::string> CheckFile(const std::string& path, const Format& format) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return Failure(errno, "open " + path);
  std::string start(format.offset + format.magic.size(), '\0');
  const ssize_t got = RetryOnEintr([&] { return ::read(fd.get(), start.data(), start.size()); });
  if (got < 0) return Failure(errno, "read " + path);
  // One that nothing has been written to yet is a database as well.
  const bool theirs = got == 0 || (static_cast<std::size_t>(got) == start.size() &&
                                   start.substr(format.offset) == format.magic);
  if (!theirs) {
    return Error(ErrorCode::kFailedPrecondition,
                 path + ": is not a database of " + std::string(format.name));
  }
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const std::string directory = parent.empty() ? "." : parent;
  if (::access(path.c_str(), W_OK) == 0 && ::access(directory.c_str(), W_OK) == 0) {
    return std::string();
  }
  return std::string("can be read only: the file, or " + directory + ", is not writable");
}

}  // namespace

Result<std::string> CheckSqlite(CheckContext& context) {
  ASSIGN_OR_RETURN(const std::string path, PlainField(context.connection, "path"));
  if (path.empty()) return Error(ErrorCode::kNotFound, "path: is missing");
  if (path == ":memory:") return std::string();
  return CheckFile(path, kSqlite);
}

Result<std::string> CheckDuckdb(CheckContext& context) {
  ASSIGN_OR_RETURN(const std::string path, PlainField(context.connection, "path"));
  if (path.starts_with("md:"))
    return std::string("not tried: MotherDuck is reached by DuckDB alone");
  if (path.empty() || path == ":memory:") return std::string();
  return CheckFile(path, kDuckdb);
}

}  // namespace injector::doctor
