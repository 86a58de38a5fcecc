#include "injector/base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace injector {
namespace {

int OpenNull() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool IsOpen(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(UniqueFd, ClosesWhatItOwns) {
  const int raw = OpenNull();
  { const UniqueFd fd(raw); }
  EXPECT_FALSE(IsOpen(raw));
}

TEST(UniqueFd, MovingLeavesOneOwner) {
  const int raw = OpenNull();
  UniqueFd first(raw);
  UniqueFd second = std::move(first);
  EXPECT_FALSE(first.valid());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(second.get(), raw);
  second = UniqueFd(OpenNull());
  EXPECT_FALSE(IsOpen(raw));
}

TEST(UniqueFd, ReleaseDoesNotClose) {
  UniqueFd fd(OpenNull());
  const int raw = fd.Release();
  EXPECT_TRUE(IsOpen(raw));
  ::close(raw);
}

TEST(UniqueFd, ClosingKeepsErrno) {
  UniqueFd fd(OpenNull());
  errno = ENOSPC;
  fd.Reset();
  EXPECT_EQ(errno, ENOSPC);
}

TEST(RetryOnEintr, CallsAgainOnlyAfterEintr) {
  int calls = 0;
  const int result = RetryOnEintr([&] {
    errno = ++calls < 3 ? EINTR : EIO;
    return -1;
  });
  EXPECT_EQ(result, -1);
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace injector
