#include "injector/base/file_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <optional>

#include "tests/support/temp_dir.h"

namespace injector {
namespace {

// Whether somebody else holds the lock: flock(2) belongs to the open file, so a second open
// competes.
bool IsHeld(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  return ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0;
}

TEST(FileLock, HoldsForItsLifeAndLeavesTheFile) {
  const testing::TempDir dir;
  const std::string path = dir / "store.lock";
  {
    const Result<FileLock> lock = FileLock::Acquire(path);
    ASSERT_TRUE(lock.ok());
    EXPECT_TRUE(IsHeld(path));
  }
  EXPECT_FALSE(IsHeld(path));
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(FileLock, NamesThePathWhenItCannotBeMade) {
  const Result<FileLock> lock = FileLock::Acquire("/nowhere/store.lock");
  ASSERT_FALSE(lock.ok());
  EXPECT_EQ(lock.error().message(), "open lock /nowhere/store.lock: no such file or directory");
}

}  // namespace
}  // namespace injector
