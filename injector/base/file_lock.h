#pragma once
// An exclusive advisory lock on a file of its own, held for the life of the object. flock(2) and
// not fcntl(2): fcntl locks vanish when any descriptor of the file is closed. The lock file is
// never removed: a second process could lock the removed inode and a third the new one.

#include <string>

#include "injector/base/result.h"
#include "injector/base/unique_fd.h"

namespace injector {

class FileLock {
 public:
  // Opens (creates with 0600) `path` and waits for the lock.
  static Result<FileLock> Acquire(const std::string& path);

 private:
  explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace injector
