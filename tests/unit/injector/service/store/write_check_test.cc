#include "injector/service/store/write_check.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/unit/injector/service/databases.h"
#include "tests/unit/injector/service/read_only_database.h"

namespace injector {
namespace {

using testing::DatabaseKind;
using testing::TestDatabase;

class SteppedClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return {}; }
  std::chrono::steady_clock::time_point Monotonic() const override { return now_; }
  void Advance(std::chrono::milliseconds time) { now_ += time; }

 private:
  std::chrono::steady_clock::time_point now_{std::chrono::seconds(1000)};
};

class WriteCheckTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  Status Do(const std::string& sql) {
    return database_->Write([&](SqlSession& session) -> Status {
      RETURN_IF_ERROR(session.Execute(sql, {}));
      return {};
    });
  }

  TestDatabase files_{GetParam()};
  std::unique_ptr<Database> database_ = Database::Open(files_.url(), {}).value();
  SteppedClock clock_;
  WriteCheck check_{*database_, clock_, {}};
};

INSTANTIATE_TEST_SUITE_P(, WriteCheckTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(WriteCheckTest, ItsOutcomeIsBelievedForAWhile) {
  EXPECT_TRUE(check_.Ask().ok());
  ASSERT_TRUE(Do("ALTER TABLE schema_steps RENAME TO away").ok());
  clock_.Advance(std::chrono::milliseconds(9'999));
  EXPECT_TRUE(check_.Ask().ok());
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(check_.Ask().ok());
  ASSERT_TRUE(Do("ALTER TABLE away RENAME TO schema_steps").ok());
  clock_.Advance(std::chrono::milliseconds(999));
  EXPECT_FALSE(check_.Ask().ok());
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(check_.Ask().ok());
}

TEST_P(WriteCheckTest, LeavesEverythingAsItWas) {
  EXPECT_TRUE(check_.Ask().ok());
  const auto versions =
      database_->Look<std::string>([](SqlSession& session) -> Result<std::string> {
        ASSIGN_OR_RETURN(const auto rows,
                         session.Query("SELECT version FROM schema_steps ORDER BY version", {}));
        std::string text;
        for (const SqlRow& row : rows) text += row.Text(0);
        return text;
      });
  EXPECT_EQ(versions.value(), "12345");
}

// Nothing more can be written to any file by this process, which is what a full disk is like.
class FullDisk {
 public:
  FullDisk() : old_signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit none{.rlim_cur = 0, .rlim_max = old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_signal_);
  }

 private:
  void (*old_signal_)(int);
  rlimit old_{};
};

TEST(WriteCheckOfFile, NoticesAFullDisk) {
  const TestDatabase files(DatabaseKind::kSqlite);
  const auto database = Database::Open(files.url(), {}).value();
  const SteppedClock clock;
  const Status full = [&] {
    const FullDisk disk;
    return WriteCheck(*database, clock, {}).Ask();
  }();
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(full.error().message().find("a write: commit: database: error "), 0U)
      << full.error().message();
  EXPECT_TRUE(WriteCheck(*database, clock, {}).Ask().ok());
}

TEST(WriteCheckOfServer, NoticesOneThatOnlyReads) {
  const TestDatabase files(DatabaseKind::kPostgres);
  const auto database = Database::Open(files.url(), {}).value();
  const SteppedClock clock;
  {
    const testing::ReadOnlyDatabase standby(files.url());
    EXPECT_EQ(WriteCheck(*database, clock, {}).Ask().error().code(), ErrorCode::kUnavailable);
  }
  EXPECT_TRUE(WriteCheck(*database, clock, {}).Ask().ok());
}

}  // namespace
}  // namespace injector
