#include "runner_shim/process/pipe_capacity.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "injector/base/unique_fd.h"

namespace runner_shim {
namespace {

class PipeCapacityTest : public ::testing::Test {
 protected:
  PipeCapacityTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_ = injector::UniqueFd(ends[0]);
    writer_ = injector::UniqueFd(ends[1]);
  }
  static void ReadFull(PipeCapacity& capacity, int times) {
    for (int i = 0; i < times; ++i) capacity.NoteRead(capacity.read_size());
  }
  std::size_t PipeSize() const {
    return static_cast<std::size_t>(::fcntl(reader_.get(), F_GETPIPE_SZ));
  }

  injector::UniqueFd reader_;
  injector::UniqueFd writer_;
};

TEST_F(PipeCapacityTest, StartsAtTheDefault) {
  EXPECT_EQ(PipeCapacity(reader_.get()).read_size(), PipeCapacity::kDefault);
}

TEST_F(PipeCapacityTest, GrowsAfterFullReadsInARow) {
  PipeCapacity capacity(reader_.get());
  ReadFull(capacity, 7);
  EXPECT_FALSE(capacity.enlarged());
  ReadFull(capacity, 1);
  if (!capacity.enlarged()) GTEST_SKIP() << "the user's budget for pipes is used up";
  EXPECT_EQ(capacity.read_size(), PipeCapacity::kLarge);
  EXPECT_EQ(PipeSize(), PipeCapacity::kLarge);
  ReadFull(capacity, 56);
  EXPECT_EQ(capacity.read_size(), PipeSize());
}

TEST_F(PipeCapacityTest, AShortReadStartsTheCountAgain) {
  PipeCapacity capacity(reader_.get());
  ReadFull(capacity, 7);
  capacity.NoteRead(capacity.read_size() - 1);
  ReadFull(capacity, 7);
  EXPECT_FALSE(capacity.enlarged());
}

TEST_F(PipeCapacityTest, ShrinksAgain) {
  PipeCapacity capacity(reader_.get());
  ReadFull(capacity, 8);
  capacity.Shrink();
  EXPECT_EQ(capacity.read_size(), PipeCapacity::kDefault);
  EXPECT_LE(PipeSize(), PipeCapacity::kDefault);
}

TEST_F(PipeCapacityTest, NeverMakesAPipeSmallerThanItCame) {
  const int size = ::fcntl(reader_.get(), F_SETPIPE_SZ, 512 * 1024);
  if (size < 0) GTEST_SKIP() << "the user's budget for pipes is used up";
  PipeCapacity capacity(reader_.get());
  ReadFull(capacity, 8);
  EXPECT_EQ(capacity.read_size(), PipeCapacity::kLarge);
  EXPECT_EQ(PipeSize(), 512U * 1024);
  capacity.Shrink();
  EXPECT_EQ(PipeSize(), 512U * 1024);
}

TEST_F(PipeCapacityTest, FollowsAnother) {
  PipeCapacity file(-1);
  PipeCapacity pipe(writer_.get());
  pipe.Follow(file);
  EXPECT_FALSE(pipe.enlarged());
  ReadFull(file, 8);
  pipe.Follow(file);
  if (!pipe.enlarged()) GTEST_SKIP() << "the user's budget for pipes is used up";
  EXPECT_EQ(PipeSize(), PipeCapacity::kLarge);
}

TEST_F(PipeCapacityTest, SomethingElseThanAPipeIsReadInLargerPieces) {
  PipeCapacity capacity(-1);
  ReadFull(capacity, 8);
  EXPECT_EQ(capacity.read_size(), PipeCapacity::kLarge);
}

}  // namespace
}  // namespace runner_shim
