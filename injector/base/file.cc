#include "injector/base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>  // realpath, mkostemps: POSIX, not in <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "injector/base/ascii.h"

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

constexpr std::string_view kTemporarySuffix = ".XXXXXX.tmp";  // as mkostemps(3) takes it

// Removes a temporary file unless it was renamed into place.
class TemporaryFile {
 public:
  static Result<TemporaryFile> CreateBeside(const std::string& path) {
    const auto [directory, name] = Split(path);
    std::string temporary = directory + "/." + name + std::string(kTemporarySuffix);
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

Result<UniqueFd> OpenDirectory(const std::string& directory) {
  UniqueFd fd(
      RetryOnEintr([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd.valid()) return Error::FromErrno(errno, "open " + directory);
  return fd;
}

// Whether `entry` is what TemporaryFile::CreateBeside() makes for a file called `name`.
bool IsTemporaryOf(std::string_view entry, std::string_view name) {
  if (entry.size() != 1 + name.size() + kTemporarySuffix.size()) return false;
  if (!entry.starts_with('.') || entry.substr(1, name.size()) != name) return false;
  entry.remove_prefix(1 + name.size());
  return entry.starts_with('.') && entry.ends_with(".tmp") &&
         std::all_of(entry.begin() + 1, entry.end() - 4, [](char c) { return IsAsciiAlnum(c); });
}

Error NotRegular(const std::string& path) {
  return Error(ErrorCode::kInvalidArgument, path + ": not a regular file");
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

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

Result<Secret> ReadRegularFile(const std::string& path, std::size_t limit) {
  // O_NONBLOCK: opening a FIFO, and some devices, would wait for the other side. It means nothing
  // to the reads of a regular file (open(2)).
  const UniqueFd fd(RetryOnEintr(
      [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); }));
  // What open(2) says to a socket, and to a device that is not there.
  if (!fd.valid() && errno == ENXIO) return NotRegular(path);
  if (!fd.valid()) return Error::FromErrno(errno, "open " + path);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return Error::FromErrno(errno, "stat " + path);
  if (!S_ISREG(info.st_mode)) return NotRegular(path);
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
  const std::string directory = Split(path).directory;
  // Opened first: a directory that we may not read must fail while the old file is still there.
  ASSIGN_OR_RETURN(const UniqueFd directory_fd, OpenDirectory(directory));
  ASSIGN_OR_RETURN(TemporaryFile temporary, TemporaryFile::CreateBeside(path));
  RETURN_IF_ERROR(temporary.FillAndSync(content, mode));
  RETURN_IF_ERROR(temporary.RenameTo(path));
  // The rename is durable only once the directory that holds the name is.
  if (::fsync(directory_fd.get()) != 0) {
    return Error::FromErrno(errno,
                            path + " is replaced, but a power cut may undo it: fsync " + directory);
  }
  return {};
}

Status RemoveLeftovers(const std::string& path) {
  const auto [directory, name] = Split(path);
  const std::unique_ptr<DIR, CloseDirectory> stream(::opendir(directory.c_str()));
  if (!stream) return Error::FromErrno(errno, "open " + directory);
  while (const dirent* entry = ::readdir(stream.get())) {
    if (!IsTemporaryOf(entry->d_name, name)) continue;
    if (::unlinkat(::dirfd(stream.get()), entry->d_name, 0) != 0) {
      return Error::FromErrno(errno, "remove " + directory + "/" + entry->d_name);
    }
  }
  return {};
}

Status MakeDirectoryOf(const std::string& path, mode_t mode) {
  const std::string directory = Split(path).directory;
  if (::mkdir(directory.c_str(), mode) == 0) return {};
  if (errno == ENOENT) {
    RETURN_IF_ERROR(MakeDirectoryOf(directory, mode));
    if (::mkdir(directory.c_str(), mode) == 0) return {};
  }
  // EEXIST for anything but a directory shows itself when it is used as one.
  if (errno == EEXIST) return {};
  return Error::FromErrno(errno, "make " + directory);
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
