#include "runner_shim/process/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>

#include "injector/base/unique_fd.h"

namespace runner_shim {
namespace {

using injector::UniqueFd;

struct TestPipe {
  TestPipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    reader = UniqueFd(ends[0]);
    writer = UniqueFd(ends[1]);
  }
  void MakeReadable() const { ASSERT_EQ(::write(writer.get(), "x", 1), 1); }
  UniqueFd reader;
  UniqueFd writer;
};

TEST(EventLoop, CallsWatchesThatAreReadyInTheOrderOfTheirCreation) {
  EventLoop loop;
  TestPipe first;
  TestPipe second;
  std::string calls;
  FdWatch a(loop, first.reader.get(), POLLIN, [&](short) { calls += 'a'; });
  FdWatch b(loop, second.reader.get(), POLLIN, [&](short) { calls += 'b'; });
  second.MakeReadable();
  ASSERT_TRUE(loop.RunOnce().ok());
  EXPECT_EQ(calls, "b");
  first.MakeReadable();
  ASSERT_TRUE(loop.RunOnce().ok());
  EXPECT_EQ(calls, "bab");
}

TEST(EventLoop, ReportsHangUpToAWatchWithoutEventsButNotToAPausedOne) {
  EventLoop loop;
  TestPipe pipe;
  TestPipe other;
  std::string calls;
  FdWatch paused(loop, pipe.reader.get(), FdWatch::kPaused, [&](short) { calls += 'p'; });
  FdWatch quiet(loop, pipe.reader.get(), 0, [&](short revents) {
    EXPECT_NE(revents & POLLHUP, 0);
    calls += 'q';
  });
  pipe.writer.Reset();
  ASSERT_TRUE(loop.RunOnce().ok());
  EXPECT_EQ(calls, "q");
}

TEST(EventLoop, ACallbackMayDestroyItsOwnWatchAndLaterOnes) {
  EventLoop loop;
  TestPipe pipe;
  pipe.MakeReadable();
  std::string calls;
  std::optional<FdWatch> first;
  std::optional<FdWatch> second;
  first.emplace(loop, pipe.reader.get(), POLLIN, [&](short) {
    calls += '1';
    first.reset();
    second.reset();
  });
  second.emplace(loop, pipe.reader.get(), POLLIN, [&](short) { calls += '2'; });
  FdWatch third(loop, pipe.reader.get(), POLLIN, [&](short) { calls += '3'; });
  ASSERT_TRUE(loop.RunOnce().ok());
  ASSERT_TRUE(loop.RunOnce().ok());
  EXPECT_EQ(calls, "133");
}

TEST(EventLoop, ACallbackMayAddWatches) {
  EventLoop loop;
  TestPipe pipe;
  pipe.MakeReadable();
  std::string calls;
  std::optional<FdWatch> added;
  FdWatch first(loop, pipe.reader.get(), POLLIN, [&](short) {
    calls += '1';
    if (!added) added.emplace(loop, pipe.reader.get(), POLLIN, [&](short) { calls += '2'; });
  });
  ASSERT_TRUE(loop.RunOnce().ok());
  EXPECT_EQ(calls, "1");
  ASSERT_TRUE(loop.RunOnce().ok());
  EXPECT_EQ(calls, "112");
}

TEST(Timer, ExpiresOnceAndInOrder) {
  EventLoop loop;
  std::string calls;
  Timer later(loop, [&] { calls += 'l'; });
  Timer sooner(loop, [&] { calls += 's'; });
  Timer cancelled(loop, [&] { calls += 'c'; });
  later.Start(std::chrono::milliseconds(20));
  sooner.Start(std::chrono::milliseconds(1));
  cancelled.Start(std::chrono::milliseconds(1));
  cancelled.Cancel();
  while (calls.size() < 2) ASSERT_TRUE(loop.RunOnce().ok());
  EXPECT_EQ(calls, "sl");
  EXPECT_FALSE(later.running());
}

TEST(Timer, MayRestartAndDestroyItselfWhileItExpires) {
  EventLoop loop;
  int calls = 0;
  std::optional<Timer> timer;
  timer.emplace(loop, [&] {
    if (++calls < 3) {
      timer->Start(std::chrono::nanoseconds(1));
    } else {
      timer.reset();
    }
  });
  timer->Start(std::chrono::nanoseconds(0));
  while (calls < 3) ASSERT_TRUE(loop.RunOnce().ok());
  EXPECT_FALSE(timer.has_value());
}

}  // namespace
}  // namespace runner_shim
