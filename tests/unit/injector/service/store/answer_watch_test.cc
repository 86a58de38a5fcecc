#include "injector/service/store/answer_watch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "injector/service/store/database.h"
#include "tests/unit/injector/service/databases.h"
#include "tests/unit/injector/service/stopped_server.h"

namespace injector {
namespace {

using std::chrono::milliseconds;

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours = UniqueFd(ends[0]);
    theirs = UniqueFd(ends[1]);
  }
  // Blocking: what comes next, 0 at the end.
  ssize_t Read() const {
    char byte = 0;
    return ::read(ours.get(), &byte, 1);
  }

  UniqueFd ours;
  UniqueFd theirs;
};

TEST(AnswerWatch, EndsAWaitThatTakesTooLong) {
  const Pair pair;
  AnswerWatch watch(pair.ours.get(), milliseconds(1));
  const AnswerWatch::Wait wait(watch);
  EXPECT_EQ(pair.Read(), 0);
}

TEST(AnswerWatch, LeavesAConnectionAloneFromWhichNothingIsAwaited) {
  const Pair pair;
  AnswerWatch watch(pair.ours.get(), milliseconds(1));
  { const AnswerWatch::Wait wait(watch); }
  // Another one's time-out is over, and so would be this one's.
  const Pair other;
  AnswerWatch other_watch(other.ours.get(), milliseconds(50));
  const AnswerWatch::Wait wait(other_watch);
  EXPECT_EQ(other.Read(), 0);
  ASSERT_EQ(::write(pair.theirs.get(), "x", 1), 1);
  EXPECT_EQ(pair.Read(), 1);
}

TEST(AnswerWatch, EachWaitHasItsOwnTime) {
  const Pair pair;
  AnswerWatch watch(pair.ours.get(), std::chrono::hours(1));
  for (int i = 0; i < 1000; ++i) {
    const AnswerWatch::Wait wait(watch);
    ASSERT_EQ(::write(pair.theirs.get(), "x", 1), 1);
    ASSERT_EQ(pair.Read(), 1);
  }
}

// A number of a descriptor that was closed is soon another's.
TEST(AnswerWatch, TouchesNobodyElsesConnection) {
  Pair pair;
  AnswerWatch watch(pair.ours.get(), milliseconds(1));
  const int number = pair.ours.get();
  pair.ours.Reset();
  const Pair next;
  ASSERT_EQ(next.ours.get(), number);
  {
    const AnswerWatch::Wait wait(watch);
    char byte = 0;
    EXPECT_EQ(::read(pair.theirs.get(), &byte, 1), 0) << "what it watches was shut down";
  }
  ASSERT_EQ(::write(next.theirs.get(), "x", 1), 1);
  EXPECT_EQ(next.Read(), 1);
}

class StalledServerTest : public ::testing::Test {
 protected:
  static Status Insert(SqlSession& session) {
    RETURN_IF_ERROR(session.Execute(
        "INSERT INTO master_keys (key_id, state, created_at) VALUES ('a', 'retired', 7)", {}));
    return {};
  }
  static Status Count(SqlSession& session) {
    RETURN_IF_ERROR(session.Query("SELECT count(*) FROM master_keys", {}));
    return {};
  }

  testing::TestDatabase files_{testing::DatabaseKind::kPostgres};
  std::unique_ptr<Database> database_ =
      Database::Open(files_.url(), {.patience = milliseconds(1),
                                    .session = {.connect = milliseconds(2'000),
                                                .statement = milliseconds(1'000),
                                                .silence = milliseconds(1'000)}})
          .value();
};

TEST_F(StalledServerTest, IsGivenUpAndFoundAgain) {
  // Sessions that were there before it stood still.
  while (!database_->Look(Count).ok()) {
  }
  while (!database_->Write(Count).ok()) {
  }
  {
    const testing::StoppedServer server(files_.url());
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(database_->Look(Count).error().code(), ErrorCode::kUnavailable);
    EXPECT_EQ(database_->Write(Insert).error().code(), ErrorCode::kUnavailable);
    EXPECT_EQ(database_->Read(Count).error().code(), ErrorCode::kUnavailable)
        << "a new connection cannot be made either";
  }
  // What was sent to it has not become of anything: the transaction was not committed.
  Status inserted = database_->Write(Insert);
  while (!inserted.ok() && inserted.error().code() == ErrorCode::kUnavailable) {
    inserted = database_->Write(Insert);
  }
  EXPECT_TRUE(inserted.ok());
}

}  // namespace
}  // namespace injector
