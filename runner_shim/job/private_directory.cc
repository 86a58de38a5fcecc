#include "runner_shim/job/private_directory.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>  // nanosleep: POSIX, not in <ctime>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "injector/base/ascii.h"
#include "injector/base/file.h"
#include "injector/base/hex.h"
#include "injector/base/umask_guard.h"
#include "runner_shim/job/messages.h"
#include "runner_shim/job/remove_tree.h"

namespace runner_shim {
namespace {

using injector::Error;
using injector::ErrorCode;
using injector::Result;
using injector::RetryOnEintr;
using injector::Status;
using injector::UmaskGuard;
using injector::UniqueFd;

constexpr std::string_view kLockName = ".lock";
constexpr std::size_t kRandomBytes = 16;

UniqueFd OpenDirectoryAt(int parent, const std::string& name) {
  return UniqueFd(RetryOnEintr([&] {
    return ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }));
}

// A directory of `uid`'s own that nobody else can enter. One that its owner, a job perhaps, has
// made less than 0700 is opened up again.
bool IsPrivateTo(int directory, uid_t uid) {
  struct stat info {};
  if (::fstat(directory, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != uid) return false;
  if ((info.st_mode & 07777U) == 0700) return true;
  return (info.st_mode & 07077U) == 0 && ::fchmod(directory, 0700) == 0;
}

bool HasOurNamePattern(std::string_view name) {
  return name.size() == 2 * kRandomBytes && std::all_of(name.begin(), name.end(), [](char c) {
           return injector::IsAsciiDigit(c) || (c >= 'a' && c <= 'f');
         });
}

// Whether `owner` may pass through the directory at `path` (its own permission bits; ACLs are not
// looked at, so a refusal here can be too strict, never too lax for the common case).
bool CanPass(const std::string& path, const DirectoryOwner& owner) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return false;
  if (owner.uid == 0) return true;
  if (info.st_uid == owner.uid) return (info.st_mode & S_IXUSR) != 0;
  if (info.st_gid == owner.gid) return (info.st_mode & S_IXGRP) != 0;
  return (info.st_mode & S_IXOTH) != 0;
}

bool CanReach(const std::string& directory, const DirectoryOwner& owner) {
  for (std::size_t slash = 0; slash != std::string::npos; slash = directory.find('/', slash + 1)) {
    if (!CanPass(slash == 0 ? "/" : directory.substr(0, slash), owner)) return false;
  }
  return CanPass(directory, owner);
}

Status CheckBase(const std::string& base, const DirectoryOwner& owner) {
  if (::faccessat(AT_FDCWD, base.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    return Error::FromErrno(errno, base);
  }
  if (!CanReach(base, owner)) {
    return Error(ErrorCode::kPermissionDenied,
                 base + ": user " + std::to_string(owner.uid) + " cannot reach it");
  }
  return {};
}

Status GiveTo(int fd, const DirectoryOwner& owner, const std::string& name) {
  if (owner.uid == ::geteuid() && owner.gid == ::getegid()) return {};
  if (::fchown(fd, owner.uid, owner.gid) != 0) return Error::FromErrno(errno, "chown " + name);
  return {};
}

// Opens <parent>/<name>, a directory private to `owner`, making it if it is not there.
Result<UniqueFd> MakeDirectoryAt(int parent, const std::string& name, const DirectoryOwner& owner,
                                 const std::string& shown) {
  const bool made = ::mkdirat(parent, name.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return Error::FromErrno(errno, "make " + shown);
  UniqueFd fd = OpenDirectoryAt(parent, name);
  if (!fd.valid()) return Error::FromErrno(errno, "open " + shown);
  // One that is there but ours: root was killed, or is still busy, between making and giving away.
  if (made || IsPrivateTo(fd.get(), ::geteuid())) RETURN_IF_ERROR(GiveTo(fd.get(), owner, shown));
  if (!IsPrivateTo(fd.get(), owner.uid)) {
    return Error(ErrorCode::kPermissionDenied, shown + ": not a directory of user " +
                                                   std::to_string(owner.uid) + " with mode 0700");
  }
  return fd;
}

std::string ParentName(uid_t uid) { return "injector-" + std::to_string(uid); }

Result<std::string> RandomName() {
  std::array<char, kRandomBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return Error::FromErrno(errno, "getrandom");
  }
  return injector::HexEncode({bytes.data(), bytes.size()});
}

bool TryLock(int fd) {
  return RetryOnEintr([&] { return ::flock(fd, LOCK_EX | LOCK_NB); }) == 0;
}

// For makers, who do not disturb each other: each makes a name of its own. A sweeper holds the lock
// alone, for a moment; whoever holds it for much longer is no friend: the directory may belong to a
// job's user, who must not be able to stop the jobs that come after.
bool ShareLockSoon(int fd) {
  constexpr int kTries = 400;
  constexpr timespec kPause = {.tv_sec = 0, .tv_nsec = 5'000'000};
  for (int i = 0; i < kTries; ++i) {
    if (RetryOnEintr([&] { return ::flock(fd, LOCK_SH | LOCK_NB); }) == 0) return true;
    if (errno != EWOULDBLOCK) return false;
    ::nanosleep(&kPause, nullptr);
  }
  errno = EWOULDBLOCK;
  return false;
}

bool IsInMemory(int fd) {
  struct statfs info {};
  return ::fstatfs(fd, &info) == 0 && (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC);
}

// Its maker is gone when the lock inside can be taken, or was never made: making holds the parent's
// lock, which the sweeper has.
bool IsAbandoned(int directory) {
  // A job can remove the file, but not this lock.
  if (!TryLock(directory)) return false;
  const UniqueFd lock(RetryOnEintr([&] {
    return ::openat(directory, kLockName.data(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  }));
  if (!lock.valid()) return errno == ENOENT;
  return TryLock(lock.get());
}

void SweepParent(int parent, uid_t uid) {
  for (const std::string& name : EntriesOf(parent)) {
    if (!HasOurNamePattern(name)) continue;
    const UniqueFd entry = OpenDirectoryAt(parent, name);
    if (!entry.valid() || !IsPrivateTo(entry.get(), uid) || !IsAbandoned(entry.get())) continue;
    RemoveTree(parent, name);
  }
}

}  // namespace

DirectoryOwner DirectoryOwner::Ourselves() { return {::geteuid(), ::getegid()}; }

std::vector<std::string> DefaultBases(uid_t uid, std::string_view xdg_runtime_dir,
                                      std::string_view tmpdir) {
  std::vector<std::string> bases;
  const auto add = [&](std::string base) {
    while (base.size() > 1 && base.ends_with('/')) base.pop_back();
    const bool known = std::find(bases.begin(), bases.end(), base) != bases.end();
    // A relative one would mean another place after --cwd.
    if (base.starts_with('/') && !known) bases.push_back(std::move(base));
  };
  add(std::string(xdg_runtime_dir));
  add("/run/user/" + std::to_string(uid));
  add("/dev/shm");
  add("/run");
  add(std::string(tmpdir));
  add("/tmp");
  return bases;
}

Result<PrivateDirectory> PrivateDirectory::Create(const std::vector<std::string>& bases,
                                                  DirectoryOwner owner) {
  const UmaskGuard umask(077);
  std::string refusals;
  for (const std::string& base : bases) {
    Result<PrivateDirectory> made = CreateBelow(base, owner);
    if (made.ok()) return made;
    refusals += (refusals.empty() ? "" : "; ") + made.error().message();
  }
  return Error(ErrorCode::kFailedPrecondition, "no directory for secret files: " + refusals)
      .WithHint("name a directory on a tmpfs with --files-dir");
}

Result<PrivateDirectory> PrivateDirectory::CreateBelow(const std::string& base,
                                                       const DirectoryOwner& owner) {
  RETURN_IF_ERROR(CheckBase(base, owner));
  const UniqueFd base_fd(
      RetryOnEintr([&] { return ::open(base.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!base_fd.valid()) return Error::FromErrno(errno, "open " + base);

  PrivateDirectory directory;
  directory.owner_ = owner;
  const std::string parent_path = (base == "/" ? "" : base) + "/" + ParentName(owner.uid);
  ASSIGN_OR_RETURN(directory.parent_,
                   MakeDirectoryAt(base_fd.get(), ParentName(owner.uid), owner, parent_path));
  // Against a sweeper that would take us for abandoned before our own lock is there.
  const UniqueFd making = OpenDirectoryAt(directory.parent_.get(), ".");
  if (!ShareLockSoon(making.get())) return Error::FromErrno(errno, "lock " + parent_path);
  ASSIGN_OR_RETURN(directory.name_, RandomName());
  directory.path_ = parent_path + "/" + directory.name_;
  ASSIGN_OR_RETURN(directory.fd_, MakeDirectoryAt(directory.parent_.get(), directory.name_, owner,
                                                  directory.path_));
  RETURN_IF_ERROR(directory.TakeLock());
  directory.in_memory_ = IsInMemory(directory.fd_.get());
  return directory;
}

Status PrivateDirectory::TakeLock() {
  lock_ = UniqueFd(RetryOnEintr([&] {
    return ::openat(fd_.get(), kLockName.data(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    0600);
  }));
  if (!lock_.valid() || !TryLock(lock_.get()) || !TryLock(fd_.get())) {
    return Error::FromErrno(errno, "lock " + path_);
  }
  return GiveTo(lock_.get(), owner_, path_);
}

PrivateDirectory::~PrivateDirectory() {
  if (!fd_.valid()) return;
  (void)IsPrivateTo(parent_.get(), owner_.uid);  // the job may have closed it
  if (!RemoveTree(parent_.get(), name_)) Say("warning: cannot remove all of " + path_);
}

Result<PrivateDirectory::Place> PrivateDirectory::MakePlace(std::string_view name) {
  UniqueFd directory = OpenDirectoryAt(fd_.get(), ".");
  std::string shown = path_;
  for (std::size_t slash = name.find('/'); slash != std::string_view::npos;
       slash = name.find('/')) {
    const std::string component(name.substr(0, slash));
    shown += "/" + component;
    ASSIGN_OR_RETURN(directory, MakeDirectoryAt(directory.get(), component, owner_, shown));
    name.remove_prefix(slash + 1);
  }
  return Place{std::move(directory), std::string(name), shown + "/" + std::string(name)};
}

Status PrivateDirectory::WriteIn(const Place& place, const std::string& file_name,
                                 std::string_view content) {
  const UniqueFd file(RetryOnEintr([&] {
    return ::openat(place.directory.get(), file_name.c_str(),
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  }));
  if (!file.valid()) return Error::FromErrno(errno, "create " + place.shown);
  RETURN_IF_ERROR(GiveTo(file.get(), owner_, place.shown));
  return injector::WriteAll(file.get(), content, place.shown);
}

Status PrivateDirectory::Write(std::string_view name, std::string_view content) {
  const UmaskGuard umask(077);
  ASSIGN_OR_RETURN(const Place place, MakePlace(name));
  return WriteIn(place, place.name, content);
}

Status PrivateDirectory::Replace(std::string_view name, std::string_view content) {
  const UmaskGuard umask(077);
  ASSIGN_OR_RETURN(const Place place, MakePlace(name));
  const std::string fresh = "." + place.name + ".new";
  // Left by a replacement that failed, or put there by the job.
  ::unlinkat(place.directory.get(), fresh.c_str(), 0);
  Status written = WriteIn(place, fresh, content);
  if (written.ok() && ::renameat(place.directory.get(), fresh.c_str(), place.directory.get(),
                                 place.name.c_str()) != 0) {
    written = Error::FromErrno(errno, "replace " + place.shown);
  }
  if (!written.ok()) ::unlinkat(place.directory.get(), fresh.c_str(), 0);
  return written;
}

Status PrivateDirectory::Link(std::string_view name, const std::string& target) {
  struct stat info {};
  if (::stat(target.c_str(), &info) != 0) return {};  // nothing to keep reachable
  const UmaskGuard umask(077);
  ASSIGN_OR_RETURN(const Place place, MakePlace(name));
  if (::symlinkat(target.c_str(), place.directory.get(), place.name.c_str()) != 0) {
    return Error::FromErrno(errno, "link " + place.shown);
  }
  return {};
}

Status PrivateDirectory::Remove(std::string_view name) {
  ASSIGN_OR_RETURN(const Place place, MakePlace(name));
  if (::unlinkat(place.directory.get(), place.name.c_str(), 0) != 0 && errno != ENOENT) {
    return Error::FromErrno(errno, "remove " + place.shown);
  }
  return {};
}

void SweepLeftovers(const std::vector<std::string>& bases, uid_t uid) {
  for (const std::string& base : bases) {
    const UniqueFd parent = OpenDirectoryAt(AT_FDCWD, base + "/" + ParentName(uid));
    if (!parent.valid() || !IsPrivateTo(parent.get(), uid)) continue;
    // Somebody who holds the lock is making or sweeping: not a reason to wait.
    if (!TryLock(parent.get())) continue;
    SweepParent(parent.get(), uid);
  }
}

}  // namespace runner_shim
