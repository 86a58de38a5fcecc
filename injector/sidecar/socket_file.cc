#include "injector/sidecar/socket_file.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "injector/base/file.h"
#include "injector/base/file_lock.h"
#include "injector/http/server/listener.h"

namespace injector::sidecar {
namespace {

constexpr mode_t kOwnerDirectory = 0700;
constexpr mode_t kPassableDirectory = 0711;
constexpr mode_t kOwnerSocket = 0600;
constexpr mode_t kOpenSocket = 0666;

int OptionOf(const UniqueFd& socket, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(socket.get(), SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

}  // namespace

Result<SocketFile> SocketFile::Listen(const std::string& path, Access access) {
  const bool open = access == Access::kEveryone;
  RETURN_IF_ERROR(MakeDirectoryOf(path, open ? kPassableDirectory : kOwnerDirectory));
  ASSIGN_OR_RETURN(UniqueFd listener, http::ListenOnUnix(path, open ? kOpenSocket : kOwnerSocket));
  UniqueFd place(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!place.valid()) return Error::FromErrno(errno, "look at " + path);
  return SocketFile(path, std::move(place), std::move(listener));
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      place_(std::move(other.place_)),
      listener_(std::move(other.listener_)) {}

SocketFile::~SocketFile() {
  if (path_.empty()) return;
  // ListenOnUnix() takes the same lock: who comes after us cannot be between our look and our
  // removal.
  const Result<FileLock> lock = FileLock::Acquire(path_ + ".lock");
  struct stat ours {};
  struct stat there {};
  const bool is_known =
      lock.ok() && ::fstat(place_.get(), &ours) == 0 && ::lstat(path_.c_str(), &there) == 0;
  const bool is_ours = is_known && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
  if (is_ours) ::unlink(path_.c_str());
}

std::string DirectoryWarning(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string directory =
      slash == std::string::npos ? "." : path.substr(0, std::max(slash, std::size_t{1}));
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) return {};
  const bool is_sticky = (info.st_mode & S_ISVTX) != 0;
  const bool is_shared = (info.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  const bool is_strange = info.st_uid != ::geteuid() && info.st_uid != 0;
  if (!is_strange && (!is_shared || is_sticky)) return {};
  return directory + ": others can write there, and put a socket of theirs in this one's place";
}

Result<std::string> ParseUnixAddress(std::string_view text) {
  constexpr std::string_view kScheme = "unix:";
  if (!text.starts_with(kScheme) || text.size() == kScheme.size()) {
    return Error(ErrorCode::kInvalidArgument, "expected unix:PATH");
  }
  return std::string(text.substr(kScheme.size()));
}

bool IsUnixListener(const UniqueFd& listener) {
  return OptionOf(listener, SO_DOMAIN) == AF_UNIX && OptionOf(listener, SO_TYPE) == SOCK_STREAM &&
         OptionOf(listener, SO_ACCEPTCONN) == 1;
}

}  // namespace injector::sidecar
