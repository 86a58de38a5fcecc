#include "injector/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

namespace injector {

Result<FileLock> FileLock::Acquire(const std::string& path) {
  UniqueFd fd(RetryOnEintr(
      [&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600); }));
  if (!fd.valid()) return Error::FromErrno(errno, "open lock " + path);
  if (RetryOnEintr([&] { return ::flock(fd.get(), LOCK_EX); }) != 0) {
    return Error::FromErrno(errno, "lock " + path);
  }
  return FileLock(std::move(fd));
}

}  // namespace injector
