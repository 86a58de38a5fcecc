// Several processes write one store at once: nothing is lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/store/driver.h"

namespace injector {
namespace {

using testing::HasSubstr;

constexpr int kWriters = 4;
constexpr int kTurns = 40;

class ConcurrentWritersTest : public StoreDriverTest {};

TEST_F(ConcurrentWritersTest, LoseNoUpdateAndReadersSeeWholeStates) {
  std::string writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers += Driver("count", "w" + std::to_string(writer) + " " + std::to_string(kTurns)) +
               " || echo failed & ";
  }
  // Reads while they write: never a damaged store.
  const std::string readers = "until test -e " + store_ +
                              "; do :; done; for i in 1 2 3 4 5 6 7 8 9 10; do " + Driver("show") +
                              " >" + directory_ + "/shown || echo failed; done; wait";
  EXPECT_EQ(RunCommand(writers + readers).output, "");

  const std::string shown = Show();
  const std::string total = std::to_string(kWriters * kTurns);
  EXPECT_THAT(shown, HasSubstr("counter v" + total + " " + total + "\n"));
  for (int writer = 0; writer < kWriters; ++writer) {
    for (int turn = 0; turn < kTurns; ++turn) {
      EXPECT_THAT(shown, HasSubstr("@generic.w" + std::to_string(writer) + "-" +
                                   std::to_string(turn) + " v1 x\n"));
    }
  }
  EXPECT_THAT(FileNames(),
              testing::ElementsAre("connections.enc.json", "connections.enc.json.lock"));
}

}  // namespace
}  // namespace injector
