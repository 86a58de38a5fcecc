#include "injector/base/file.h"

#include <fcntl.h>
#include <stdlib.h>  // realpath, mkostemps: POSIX, not in <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace injector {
namespace {

struct SplitPath {
  std::string directory;  // without trailing slash, "." when there is none
  std::string name;
};

SplitPath Split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

// Removes a temporary file unless it was renamed into place.
class TemporaryFile {
 public:
  static Result<TemporaryFile> CreateBeside(const std::string& path) {
    const auto [directory, name] = Split(path);
    std::string temporary = directory + "/." + name + ".XXXXXX.tmp";
    UniqueFd fd(::mkostemps(temporary.data(), 4, O_CLOEXEC));
    if (!fd.valid()) return Error::FromErrno(errno, "create a file in " + directory);
    return TemporaryFile(std::move(temporary), std::move(fd));
  }
  TemporaryFile(TemporaryFile&& other) noexcept
      : path_(std::exchange(other.path_, {})), fd_(std::move(other.fd_)) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  Status FillAndSync(std::string_view content, mode_t mode) {
    RETURN_IF_ERROR(WriteAll(fd_.get(), content, path_));
    if (::fchmod(fd_.get(), mode) != 0) return Error::FromErrno(errno, "chmod " + path_);
    if (::fsync(fd_.get()) != 0) return Error::FromErrno(errno, "fsync " + path_);
    // Errors that a delayed write reports only at close (NFS, quota) must not be lost.
    if (::close(fd_.Release()) != 0) return Error::FromErrno(errno, "close " + path_);
    return {};
  }

  Status RenameTo(const std::string& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) {
      return Error::FromErrno(errno, "rename to " + target);
    }
    path_.clear();
    return {};
  }

 private:
  TemporaryFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  std::string path_;
  UniqueFd fd_;
};

// A rename is durable only once the directory that holds the name is.
Status SyncDirectory(const std::string& directory) {
  const UniqueFd fd(
      RetryOnEintr([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd.valid()) return Error::FromErrno(errno, "open " + directory);
  if (::fsync(fd.get()) != 0) return Error::FromErrno(errno, "fsync " + directory);
  return {};
}

}  // namespace

Result<Secret> ReadAll(int fd, std::string_view name, std::size_t limit) {
  SecretBuilder content;
  Secret chunk(std::min<std::size_t>(limit + 1, 64 * 1024));
  while (true) {
    const ssize_t got = RetryOnEintr(
        [&] { return ::read(fd, chunk.RevealMutable().data(), chunk.RevealMutable().size()); });
    if (got < 0) return Error::FromErrno(errno, "read " + std::string(name));
    if (got == 0) return std::move(content).Build();
    content.Append(chunk.Reveal().substr(0, static_cast<std::size_t>(got)));
    if (content.size() > limit) {
      return Error(ErrorCode::kInvalidArgument, std::string(name) + ": larger than the limit of " +
                                                    std::to_string(limit) + " bytes");
    }
  }
}

Result<Secret> ReadFile(const std::string& path, std::size_t limit) {
  const UniqueFd fd(RetryOnEintr([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!fd.valid()) return Error::FromErrno(errno, "open " + path);
  return ReadAll(fd.get(), path, limit);
}

Status WriteAll(int fd, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t wrote = RetryOnEintr([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (wrote < 0) return Error::FromErrno(errno, "write " + std::string(name));
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Status ReplaceFile(const std::string& path, std::string_view content, mode_t mode) {
  ASSIGN_OR_RETURN(TemporaryFile temporary, TemporaryFile::CreateBeside(path));
  RETURN_IF_ERROR(temporary.FillAndSync(content, mode));
  RETURN_IF_ERROR(temporary.RenameTo(path));
  return SyncDirectory(Split(path).directory);
}

Result<std::string> ResolveLinks(const std::string& path) {
  // realpath(3) needs the last component to exist, so a dangling link is followed by hand.
  constexpr int kMostLinks = 40;  // as the kernel (path_resolution(7))
  std::string current = path;
  for (int links = 0; links < kMostLinks; ++links) {
    const auto [directory, name] = Split(current);
    const std::unique_ptr<char, decltype(&::free)> real(::realpath(directory.c_str(), nullptr),
                                                        &::free);
    if (!real) return Error::FromErrno(errno, "resolve " + directory);
    const std::string resolved =
        std::string(real.get()) + (std::string_view(real.get()) == "/" ? "" : "/") + name;
    std::array<char, 4096> target{};
    const ssize_t length = ::readlink(resolved.c_str(), target.data(), target.size());
    if (length < 0) return resolved;  // not a link, or not there: the end of the chain
    const std::string_view link(target.data(), static_cast<std::size_t>(length));
    current = link.starts_with('/') ? std::string(link)
                                    : Split(resolved).directory + "/" + std::string(link);
  }
  return Error::FromErrno(ELOOP, "resolve " + path);
}

}  // namespace injector
