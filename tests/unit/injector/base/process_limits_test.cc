#include "injector/base/process_limits.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <fstream>
#include <string>

namespace injector {
namespace {

void SetLimit(int resource, rlim_t soft) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(resource, &limit), 0);
  limit.rlim_cur = soft;
  ASSERT_EQ(::setrlimit(resource, &limit), 0);
}

bool MayLockEverything() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_max == RLIM_INFINITY;
}

long LockedKilobytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != "VmLck:") continue;
    long kilobytes = 0;
    status >> kilobytes;
    return kilobytes;
  }
  return 0;
}

TEST(LockMemoryTest, LocksWithoutALimitAlone) {
  SetLimit(RLIMIT_MEMLOCK, 1 << 16);
  EXPECT_FALSE(LockMemory());
  EXPECT_EQ(LockedKilobytes(), 0);
  if (!MayLockEverything()) GTEST_SKIP() << "the hard limit is below unlimited";
  SetLimit(RLIMIT_MEMLOCK, RLIM_INFINITY);
  EXPECT_TRUE(LockMemory());
  EXPECT_GT(LockedKilobytes(), 0);
  ::munlockall();
}

TEST(DescriptorLimitTest, IsRaisedToWhatIsAllowed) {
  SetLimit(RLIMIT_NOFILE, 100);
  RaiseDescriptorLimit();
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, limit.rlim_max);
}

}  // namespace
}  // namespace injector
