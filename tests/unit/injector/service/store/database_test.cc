#include "injector/service/store/database.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/injector/service/databases.h"

namespace injector {
namespace {

using testing::DatabaseKind;
using testing::TestDatabase;

constexpr std::string_view kInsertKey =
    "INSERT INTO master_keys (key_id, state, created_at) VALUES (:1, 'retired', :2)";

class DatabaseTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  std::unique_ptr<Database> Open() { return Database::Open(files_.url(), {}).value(); }

  Status Insert(Database& database, const std::string& id) {
    return database.Write([&](SqlSession& session) -> Status {
      RETURN_IF_ERROR(session.Execute(kInsertKey, {id, std::int64_t{7}}));
      return {};
    });
  }
  std::int64_t CountKeys(Database& database) {
    return database
        .Read<std::int64_t>([](SqlSession& session) -> Result<std::int64_t> {
          ASSIGN_OR_RETURN(const SqlRow row,
                           session.QueryOne("SELECT count(*) FROM master_keys", {}, "count"));
          return row.Integer(0);
        })
        .value();
  }

  TestDatabase files_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(, DatabaseTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(DatabaseTest, KeepsWhatIsCommitted) {
  ASSERT_TRUE(Insert(*Open(), "a").ok());
  EXPECT_EQ(CountKeys(*Open()), 1);
}

TEST_P(DatabaseTest, ForgetsWhatFails) {
  const auto database = Open();
  const Status failed = database->Write([&](SqlSession& session) -> Status {
    RETURN_IF_ERROR(session.Execute(kInsertKey, {"a", std::int64_t{7}}));
    return Error(ErrorCode::kNotFound, "no");
  });
  EXPECT_EQ(failed.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(CountKeys(*database), 0);
  EXPECT_TRUE(Insert(*database, "a").ok());
}

TEST_P(DatabaseTest, TakesEveryKindOfParameter) {
  const auto database = Open();
  const std::string text = "a 'quoted' \"text\" \xC3\xA9 :1 %";
  ASSERT_TRUE(database
                  ->Write([&](SqlSession& session) -> Status {
                    RETURN_IF_ERROR(session.Execute(
                        "INSERT INTO master_keys (key_id, state, salt, created_at, retired_at) "
                        "VALUES (:1, 'retired', :2, :3, :4)",
                        {text, std::nullopt, std::int64_t{1} << 53,
                         std::optional<std::int64_t>(std::nullopt)}));
                    return {};
                  })
                  .ok());
  ASSERT_TRUE(database
                  ->Read([&](SqlSession& session) -> Status {
                    ASSIGN_OR_RETURN(const SqlRow row,
                                     session.QueryOne("SELECT key_id, salt, created_at, retired_at "
                                                      "FROM master_keys WHERE created_at > :1",
                                                      {std::int64_t{5}}, "key"));
                    EXPECT_EQ(row.Text(0), text);
                    EXPECT_TRUE(row.IsNull(1));
                    EXPECT_EQ(row.Integer(2), std::int64_t{1} << 53);
                    EXPECT_EQ(row.OptionalInteger(3), std::nullopt);
                    return {};
                  })
                  .ok());
}

// Statements are prepared once for each text and kinds of parameters.
TEST_P(DatabaseTest, AsksTheSameWithOtherParameters) {
  const auto database = Open();
  const std::vector<SqlParameter> salts = {"a", std::nullopt, "b", "", std::nullopt};
  for (std::size_t i = 0; i < salts.size(); ++i) {
    ASSERT_TRUE(database
                    ->Write([&](SqlSession& session) -> Status {
                      RETURN_IF_ERROR(session.Execute(
                          "INSERT INTO master_keys (key_id, state, salt, created_at) "
                          "VALUES (:1, 'retired', :2, :3)",
                          {std::to_string(i), salts[i], static_cast<std::int64_t>(i)}));
                      return {};
                    })
                    .ok());
  }
  const auto salts_after = [&](std::int64_t created_at, std::int64_t most) {
    std::string found;
    const Status read = database->Look([&](SqlSession& session) -> Status {
      ASSIGN_OR_RETURN(const auto rows,
                       session.Query("SELECT salt FROM master_keys WHERE created_at > :1 "
                                     "ORDER BY created_at LIMIT :2",
                                     {created_at, most}));
      for (const SqlRow& row : rows) found += row.IsNull(0) ? "-" : "[" + row.Text(0) + "]";
      return {};
    });
    return read.ok() ? found : read.error().message();
  };
  EXPECT_EQ(salts_after(-1, 9), "[a]-[b][]-");
  EXPECT_EQ(salts_after(7, 9), "");
  EXPECT_EQ(salts_after(0, 2), "-[b]");
  EXPECT_EQ(salts_after(-1, 9), "[a]-[b][]-");
}

TEST_P(DatabaseTest, GoesOnBehindAStatementThatFailed) {
  const auto database = Open();
  ASSERT_TRUE(Insert(*database, "a").ok());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Insert(*database, "a").error().code(), ErrorCode::kConflict);
    EXPECT_TRUE(Insert(*database, "b" + std::to_string(i)).ok());
  }
  EXPECT_EQ(CountKeys(*database), 4);
}

TEST_P(DatabaseTest, KeepsAnswersUntilSomethingIsExecuted) {
  const auto database = Open();
  const auto count = [](SqlSession& session) {
    const auto rows = session.QueryKept("SELECT count(*) FROM master_keys WHERE created_at < :1",
                                        {std::int64_t{9}});
    return rows.value()->front().Integer(0);
  };
  const Status done = database->Write([&](SqlSession& session) -> Status {
    EXPECT_EQ(count(session), 0);
    session.InsertLater("INSERT INTO master_keys (key_id, state, created_at)",
                        {"a", "retired", std::int64_t{7}});
    EXPECT_EQ(count(session), 0);  // as it was: not for tables like this one
    RETURN_IF_ERROR(session.Flush());
    EXPECT_EQ(count(session), 0);
    RETURN_IF_ERROR(session.Execute(kInsertKey, {"b", std::int64_t{7}}));
    EXPECT_EQ(count(session), 2);
    return {};
  });
  ASSERT_TRUE(done.ok()) << done.error().message();
  ASSERT_TRUE(Insert(*database, "c").ok());
  EXPECT_TRUE(database
                  ->Write([&](SqlSession& session) -> Status {
                    EXPECT_EQ(count(session), 3);  // nothing is kept from another transaction
                    return {};
                  })
                  .ok());
}

TEST_P(DatabaseTest, InsertsLaterWhatQueriesThenSee) {
  const auto database = Open();
  constexpr int kRows = 150;
  const Status done = database->Write([&](SqlSession& session) -> Status {
    for (int i = 0; i < kRows; ++i) {
      session.InsertLater("INSERT INTO master_keys (key_id, state, created_at)",
                          {std::to_string(i), "retired", std::int64_t{i}});
    }
    EXPECT_EQ(session.writes(), kRows);
    ASSIGN_OR_RETURN(const SqlRow row, session.QueryOne("SELECT count(*), max(created_at) FROM "
                                                        "master_keys",
                                                        {}, "count"));
    EXPECT_EQ(row.Integer(0), kRows);
    EXPECT_EQ(row.Integer(1), kRows - 1);
    session.InsertLater("INSERT INTO master_keys (key_id, state, created_at)",
                        {"last", "retired", std::int64_t{1}});
    return {};
  });
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ(CountKeys(*database), kRows + 1);  // the last one by the commit
}

TEST_P(DatabaseTest, InsertsNothingLaterOfWhatFailed) {
  const auto database = Open();
  const auto insert_later = [](SqlSession& session, const char* id) {
    session.InsertLater("INSERT INTO master_keys (key_id, state, created_at)",
                        {id, "retired", std::int64_t{1}});
  };
  EXPECT_FALSE(database
                   ->Write([&](SqlSession& session) -> Status {
                     insert_later(session, "a");
                     return Error(ErrorCode::kNotFound, "no");
                   })
                   .ok());
  EXPECT_TRUE(Insert(*database, "b").ok());
  EXPECT_EQ(CountKeys(*database), 1);
  // A row that cannot be: the commit says so.
  const Status twice = database->Write([&](SqlSession& session) -> Status {
    insert_later(session, "c");
    insert_later(session, "b");
    return {};
  });
  EXPECT_EQ(twice.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(CountKeys(*database), 1);
}

TEST_P(DatabaseTest, TellsErrorsApart) {
  const auto database = Open();
  ASSERT_TRUE(Insert(*database, "a").ok());
  const Status twice = Insert(*database, "a");
  EXPECT_EQ(twice.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(twice.error().message().find("'a'"), std::string::npos);
  const Status orphan = database->Write([](SqlSession& session) -> Status {
    RETURN_IF_ERROR(session.Execute(
        "INSERT INTO repos (id, org_id, name, created_at) VALUES ('r', 'none', 'r', 1)", {}));
    return {};
  });
  EXPECT_EQ(orphan.error().code(), ErrorCode::kConflict);
  const Status nonsense = database->Write([](SqlSession& session) -> Status {
    RETURN_IF_ERROR(session.Execute("SELECT FROM nowhere WHERE", {}));
    return {};
  });
  EXPECT_EQ(nonsense.error().code(), ErrorCode::kInternal);
  EXPECT_EQ(CountKeys(*database), 1);
}

TEST_P(DatabaseTest, ReadsOneUnchangingState) {
  const auto database = Open();
  ASSERT_TRUE(Insert(*database, "a").ok());
  ASSERT_TRUE(database
                  ->Read([&](SqlSession& session) -> Status {
                    const auto count = [&]() -> std::int64_t {
                      return session.QueryOne("SELECT count(*) FROM master_keys", {}, "count")
                          .value()
                          .Integer(0);
                    };
                    EXPECT_EQ(count(), 1);
                    EXPECT_TRUE(Insert(*database, "b").ok());
                    EXPECT_EQ(count(), 1);
                    return {};
                  })
                  .ok());
  EXPECT_EQ(CountKeys(*database), 2);
}

TEST_P(DatabaseTest, ConcurrentWritersLoseNothing) {
  const auto first = Open();
  const auto second = Open();
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        Database& database = thread % 2 == 0 ? *first : *second;
        for (int i = 0; i < kEach; ++i) {
          const std::string id = std::to_string(thread) + "-" + std::to_string(i);
          if (!Insert(database, id).ok()) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(CountKeys(*first), kThreads * kEach);
}

TEST_P(DatabaseTest, MigratesOnceHoweverManyStart) {
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 6; ++thread) {
      threads.emplace_back([&] {
        if (!Database::Open(files_.url(), {}).ok()) ++failures;
      });
    }
  }
  EXPECT_EQ(failures, 0);
  const Result<std::int64_t> steps =
      Open()->Look<std::int64_t>([](SqlSession& session) -> Result<std::int64_t> {
        ASSIGN_OR_RETURN(const SqlRow row,
                         session.QueryOne("SELECT count(*) FROM schema_steps", {}, "steps"));
        return row.Integer(0);
      });
  EXPECT_EQ(steps.value(), 5);
}

// As in a database of the release before, though a later one has been here too.
TEST_P(DatabaseTest, TakesTheStepsThatAreMissing) {
  const auto execute = [this](std::vector<std::string> statements) {
    return Open()->Write([&](SqlSession& session) -> Status {
      for (const std::string& statement : statements) {
        RETURN_IF_ERROR(session.Execute(statement, {}));
      }
      return {};
    });
  };
  const std::vector<std::string> drop = {"DROP INDEX leases_by_end",
                                         "DROP INDEX idempotency_keys_by_age"};
  ASSERT_TRUE(Insert(*Open(), "a").ok());
  ASSERT_TRUE(execute({drop[0], drop[1], "DELETE FROM schema_steps WHERE version = 2",
                       "INSERT INTO schema_steps VALUES (1000, 0)"})
                  .ok());
  EXPECT_TRUE(execute(drop).ok()) << "they are there again";
  EXPECT_EQ(CountKeys(*Open()), 1);
}

TEST_P(DatabaseTest, RefusesWhatALaterReleaseHasChanged) {
  const auto add_step = [&](std::int64_t version, std::int64_t older_stop) {
    return Open()->Write([&](SqlSession& session) -> Status {
      RETURN_IF_ERROR(
          session.Execute("INSERT INTO schema_steps (version, older_programs_stop) VALUES (:1, :2)",
                          {version, older_stop}));
      return {};
    });
  };
  ASSERT_TRUE(add_step(1000, 0).ok());
  EXPECT_TRUE(Database::Open(files_.url(), {}).ok());
  ASSERT_TRUE(add_step(1001, 1).ok());
  EXPECT_EQ(Database::Open(files_.url(), {}).error().code(), ErrorCode::kFailedPrecondition);
}

TEST(DatabaseUrl, RefusesOtherSchemes) {
  for (const char* url : {"", "sqlite:", "mysql://u:secret-4711@h/d", "/tmp/x.db"}) {
    const Error error = Database::Open(url, {}).error();
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument) << url;
    EXPECT_EQ(error.message().find("secret-4711"), std::string::npos);
  }
}

TEST(DatabaseUrl, NeverShowsThePassword) {
  for (const char* url :
       {"postgresql://u:secret-4711@127.0.0.1:1/d", "postgresql://u:secret-4711@127.0.0.1:x/d",
        "postgresql://u:secret-4711@[::1/d", "postgresql://127.0.0.1:1/d?password=secret-4711&x"}) {
    const Error error = Database::Open(url, {}).error();
    EXPECT_EQ(error.code(), ErrorCode::kUnavailable) << url;
    EXPECT_EQ(error.message().find("secret-4711"), std::string::npos) << error.message();
  }
}

TEST(SqliteDatabase, IsPrivate) {
  const testing::TempDir directory;
  const std::string path = directory / "service.db";
  const auto database = Database::Open("sqlite:" + path, {}).value();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info {};
    ASSERT_EQ(::stat((path + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

}  // namespace
}  // namespace injector
