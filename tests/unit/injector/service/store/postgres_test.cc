// What only a server can do to us: be slow, be away, cut connections, be of another release.

#include <gtest/gtest.h>

#include <thread>

#include "injector/service/store/database.h"
#include "injector/service/store/migrations.h"
#include "injector/service/store/soci_session.h"
#include "tests/unit/injector/service/databases.h"

namespace injector {
namespace {

using std::chrono::milliseconds;
using testing::CutConnections;
using testing::DatabaseKind;
using testing::SharedPostgres;
using testing::TestDatabase;

constexpr std::string_view kInsertKey =
    "INSERT INTO master_keys (key_id, state, created_at) VALUES (:1, 'retired', :2)";

class PostgresTest : public ::testing::Test {
 protected:
  std::unique_ptr<Database> Open(const Database::Options& options = {}) {
    return Database::Open(files_.url(), options).value();
  }
  static Status Do(SqlSession& session, std::string_view sql) {
    RETURN_IF_ERROR(session.Execute(sql, {}));
    return {};
  }
  static Status Insert(SqlSession& session, const std::string& id) {
    RETURN_IF_ERROR(session.Execute(kInsertKey, {id, std::int64_t{7}}));
    return {};
  }
  static Result<std::int64_t> CountKeys(SqlSession& session) {
    ASSIGN_OR_RETURN(const SqlRow row,
                     session.QueryOne("SELECT count(*) FROM master_keys", {}, "count"));
    return row.Integer(0);
  }
  std::int64_t Keys(Database& database) { return database.Read<std::int64_t>(CountKeys).value(); }
  static std::string Setting(SqlSession& session, const std::string& name) {
    return session.QueryOne("SHOW " + name, {}, name).value().Text(0);
  }
  // Fills both pools with sessions.
  static void Warm(Database& database) {
    ASSERT_TRUE(database.Read<std::int64_t>(CountKeys).ok());
    ASSERT_TRUE(database.Write([](SqlSession&) { return Status(); }).ok());
  }
  // The code of the error of a writing transaction that does `sql` alone; kInternal if it succeeds.
  static ErrorCode CodeOf(Database& database, std::string_view sql) {
    const Status done = database.Write([&](SqlSession& session) { return Do(session, sql); });
    return done.ok() ? ErrorCode::kInternal : done.error().code();
  }

  TestDatabase files_{DatabaseKind::kPostgres};
};

TEST_F(PostgresTest, EverySessionHasItsLimits) {
  const SessionLimits limits{.connect = milliseconds(3000),
                             .statement = milliseconds(11'000),
                             .lock = milliseconds(7000),
                             .idle_in_transaction = milliseconds(13'000),
                             .silence = milliseconds(9000)};
  const auto session = ConnectPostgres(files_.url(), limits).value();
  EXPECT_EQ(Setting(*session, "statement_timeout"), "11s");
  EXPECT_EQ(Setting(*session, "lock_timeout"), "7s");
  EXPECT_EQ(Setting(*session, "idle_in_transaction_session_timeout"), "13s");
  EXPECT_EQ(Setting(*session, "application_name"), "injector");
  const auto named = ConnectPostgres(files_.url() + "?application_name=mine", limits).value();
  EXPECT_EQ(Setting(*named, "application_name"), "mine");
}

// The statistics of a table that was empty once, which PostgreSQL goes by for up to a minute.
TEST_F(PostgresTest, WhatIsFoundByItsKeyIsNotSearchedForHoweverSmallTheTableWas) {
  const auto database = Open();
  const auto session = ConnectPostgres(files_.url()).value();
  ASSERT_TRUE(Do(*session, "ANALYZE").ok());
  for (const char* query :
       {"SELECT * FROM tokens WHERE prefix = 'x'", "SELECT * FROM leases WHERE id = 'x'",
        "SELECT * FROM lease_items WHERE lease_id = 'x'",
        "SELECT * FROM audit_heads WHERE org_id = 'x'", "SELECT * FROM orgs WHERE id = 'x'"}) {
    const auto plan = session->Query("EXPLAIN " + std::string(query), {}).value();
    std::string text;
    for (const SqlRow& row : plan) text += row.Text(0) + "\n";
    EXPECT_NE(text.find("Index"), std::string::npos) << query << '\n' << text;
  }
}

TEST_F(PostgresTest, AStatementThatTakesTooLongIsGivenUp) {
  const auto session = ConnectPostgres(files_.url(), {.statement = milliseconds(500)}).value();
  EXPECT_EQ(Do(*session, "SELECT pg_sleep(600)").error().code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(session->IsAlive());
}

TEST_F(PostgresTest, ALockThatAnotherHoldsIsNotWaitedForForever) {
  const auto database = Open();
  const auto impatient = Open({.session = {.lock = milliseconds(50)}});
  const Status done = database->Write([&](SqlSession& session) -> Status {
    RETURN_IF_ERROR(Do(session, "LOCK TABLE master_keys"));
    EXPECT_EQ(CodeOf(*impatient, "LOCK TABLE master_keys"), ErrorCode::kUnavailable);
    return {};
  });
  EXPECT_TRUE(done.ok());
}

TEST_F(PostgresTest, ATransactionThatStandsStillLosesItsLocks) {
  const auto database = Open();
  const auto session =
      ConnectPostgres(files_.url(), {.idle_in_transaction = milliseconds(50)}).value();
  // At once: it may not stand still in between, however slow this machine is.
  ASSERT_TRUE(Do(*session, "BEGIN; LOCK TABLE master_keys").ok());
  EXPECT_TRUE(database->Write([](SqlSession& next) { return Insert(next, "next"); }).ok());
  EXPECT_EQ(Do(*session, "COMMIT").error().code(), ErrorCode::kUnavailable);
  EXPECT_FALSE(session->IsAlive());
  EXPECT_EQ(Keys(*database), 1);
}

TEST_F(PostgresTest, WhoFindsNoFreeConnectionIsTold) {
  const auto database = Open({.readers = 1, .patience = milliseconds(10)});
  const Status outer = database->Read([&](SqlSession&) -> Status {
    const Status inner = database->Look([](SqlSession&) { return Status(); });
    EXPECT_EQ(inner.error().code(), ErrorCode::kUnavailable);
    return {};
  });
  EXPECT_TRUE(outer.ok());
  EXPECT_EQ(Keys(*database), 0);
}

TEST_F(PostgresTest, ConnectionsThatWereCutAreMadeAnew) {
  const auto database = Open();
  for (int i = 0; i < 3; ++i) {
    Warm(*database);
    CutConnections(files_.url());
    EXPECT_TRUE(database->Look<std::int64_t>(CountKeys).ok());
    const std::string id = std::to_string(i);
    EXPECT_TRUE(database->Write([&](SqlSession& session) { return Insert(session, id); }).ok());
    EXPECT_EQ(Keys(*database), i + 1);
  }
}

TEST_F(PostgresTest, WhatWasCutInItsMiddleIsDoneOnce) {
  const auto database = Open();
  Warm(*database);
  int runs = 0;
  const Status done = database->Write([&](SqlSession& session) -> Status {
    RETURN_IF_ERROR(Insert(session, "a"));
    if (++runs == 1) CutConnections(files_.url());
    return Insert(session, "b");
  });
  EXPECT_TRUE(done.ok());
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Keys(*database), 2);
}

// Over a new connection it is no stale session that was to blame.
TEST_F(PostgresTest, WhatIsCutAgainAndAgainIsGivenUp) {
  const auto database = Open();
  int runs = 0;
  const Status done = database->Write([&](SqlSession& session) -> Status {
    ++runs;
    CutConnections(files_.url());
    return Insert(session, "a");
  });
  EXPECT_EQ(done.error().code(), ErrorCode::kUnavailable);
  EXPECT_LE(runs, 3);
  EXPECT_EQ(Keys(*database), 0);
}

// Nobody knows whether a commit whose answer is lost has happened.
TEST_F(PostgresTest, ACommitIsNotRepeated) {
  const auto database = Open();
  Warm(*database);
  int runs = 0;
  const Status done = database->Write([&](SqlSession& session) -> Status {
    ++runs;
    RETURN_IF_ERROR(Insert(session, std::to_string(runs)));
    CutConnections(files_.url());
    return {};
  });
  EXPECT_EQ(done.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(Keys(*database), 0);
}

TEST_F(PostgresTest, AServerThatWentAwayAndCameBack) {
  const auto database = Open();
  Warm(*database);
  ASSERT_TRUE(database->Write([](SqlSession& session) { return Insert(session, "a"); }).ok());
  SharedPostgres().Crash();
  for (int i = 0; i < 10; ++i) {
    const Status away = database->Look([](SqlSession& session) { return Do(session, "SELECT 1"); });
    EXPECT_EQ(away.error().code(), ErrorCode::kUnavailable);
    EXPECT_EQ(CodeOf(*database, "SELECT 1"), ErrorCode::kUnavailable);
  }
  SharedPostgres().StartAgain();
  const auto insert = [](SqlSession& session) { return Insert(session, "b"); };
  while (!database->Write(insert).ok()) std::this_thread::yield();
  EXPECT_EQ(Keys(*database), 2);
}

// A standby, or a primary before it was another's turn: not a place to write, for now.
TEST_F(PostgresTest, AServerThatOnlyReadsIsAsGoodAsAway) {
  const auto database = Open();
  Warm(*database);
  const std::string name = files_.url().substr(files_.url().rfind('/') + 1);
  const auto set = [&](const std::string& value) {
    return CodeOf(*database,
                  "ALTER DATABASE " + name + " SET default_transaction_read_only = " + value);
  };
  set("on");
  const auto reader = Database::Open(files_.url(), {});
  EXPECT_EQ(reader.error().code(), ErrorCode::kUnavailable);
  CutConnections(files_.url());
  EXPECT_EQ(CodeOf(*database, "DELETE FROM master_keys"), ErrorCode::kUnavailable);
  const auto admin = ConnectPostgres(files_.url()).value();
  ASSERT_TRUE(Do(*admin, "SET default_transaction_read_only = off").ok());
  ASSERT_TRUE(Do(*admin, "ALTER DATABASE " + name + " RESET default_transaction_read_only").ok());
  const auto insert = [](SqlSession& session) { return Insert(session, "a"); };
  EXPECT_TRUE(database->Write(insert).ok()) << "by a new connection";
}

// What the release before has prepared goes on working while the one behind it adds to the tables.
TEST_F(PostgresTest, TheReleaseBeforeServesOnBesideTheNext) {
  const auto database = Open();
  const auto insert = [](const std::string& id) {
    return [id](SqlSession& session) { return Insert(session, id); };
  };
  ASSERT_TRUE(database->Write(insert("a")).ok());
  const auto next = ConnectPostgres(files_.url()).value();
  for (const char* statement :
       {"ALTER TABLE master_keys ADD COLUMN note TEXT", "CREATE TABLE notes (id TEXT)",
        "CREATE INDEX master_keys_by_note ON master_keys (note)",
        "INSERT INTO schema_steps (version, older_programs_stop) VALUES (1000, 0)"}) {
    ASSERT_TRUE(Do(*next, statement).ok()) << statement;
  }
  EXPECT_TRUE(database->Write(insert("b")).ok());
  EXPECT_EQ(Keys(*database), 2);
  EXPECT_TRUE(database->Read(CheckSchema).ok());
  EXPECT_TRUE(Database::Open(files_.url(), {}).ok()) << "it may also start";
  ASSERT_TRUE(Do(*next, "INSERT INTO schema_steps VALUES (1001, 1)").ok());
  const Error refused = database->Read(CheckSchema).error();
  EXPECT_EQ(refused.code(), ErrorCode::kFailedPrecondition);
  EXPECT_NE(refused.message().find("a later release has changed it (schema 1001"),
            std::string::npos);
}

}  // namespace
}  // namespace injector
