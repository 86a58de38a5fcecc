#include "injector/service/ledger.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "tests/support/canary.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"
#include "tests/unit/injector/service/service_fixture.h"

namespace injector {
namespace {

using testing::PostgresBody;

class LedgerTest : public testing::ServiceFixture {
 protected:
  static AuditEvent Event(const std::string& action) {
    AuditEvent event;
    event.action = action;
    return event;
  }
  static Status InsertRepo(Act& act, const std::string& name) {
    RETURN_IF_ERROR(act.session().Execute(
        "INSERT INTO repos (id, org_id, name, created_at) VALUES (:1, :2, :3, 1)",
        {name, act.org_id(), name}));
    return {};
  }
  // Every row of a table, as text.
  std::string Dump(const std::string& table) {
    return database_
        ->Read<std::string>([&](SqlSession& session) -> Result<std::string> {
          ASSIGN_OR_RETURN(const std::vector<SqlRow> rows,
                           session.Query("SELECT * FROM " + table, {}));
          std::string text;
          for (const SqlRow& row : rows) {
            for (std::size_t i = 0; i < row.size(); ++i) text += row.Text(i) + "\n";
          }
          return text;
        })
        .value();
  }
  std::int64_t Repos() { return Number("SELECT count(*) FROM repos"); }
};

INSTANTIATE_TEST_SUITE_P(, LedgerTest, testing::kAllDatabases, testing::DatabaseKindName());

TEST_P(LedgerTest, CommitsAnActWithItsEvents) {
  const std::int64_t before = Verify().events;
  ASSERT_TRUE(desk_->ledger()
                  .Run(org_, "me",
                       [](Act& act) -> Status {
                         act.Record(Event("a"));
                         act.Record(Event("b"));
                         act.RecordRefusal(Event("c"));
                         return InsertRepo(act, "r");
                       })
                  .ok());
  EXPECT_EQ(Repos(), 1);
  EXPECT_EQ(Verify().events, before + 2);
  EXPECT_EQ(NewestEvents(2), (std::vector<std::string>{"b done", "a done"}));
}

TEST_P(LedgerTest, UndoesAFailedActButKeepsItsRefusal) {
  const Status failed = desk_->ledger().Run(org_, "me", [](Act& act) -> Status {
    act.Record(Event("a"));
    RETURN_IF_ERROR(InsertRepo(act, "r"));
    act.RecordRefusal(Event("c"));
    return Error(ErrorCode::kConflict, "no");
  });
  EXPECT_EQ(failed.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(Repos(), 0);
  EXPECT_EQ(NewestEvents(1).front(), "c refused ");
  EXPECT_EQ(Finding(), "");
}

TEST_P(LedgerTest, KnowsItsOrgs) {
  EXPECT_EQ(desk_->ledger().Run("nowhere", "me", [](Act&) { return Status(); }).error().code(),
            ErrorCode::kNotFound);
}

// Acts that fail after writing take nobody else's work with them, whatever group they are in.
TEST_P(LedgerTest, ConcurrentActsFailAlone) {
  constexpr int kThreads = 8;
  constexpr int kEach = 20;
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kEach; ++i) {
          const bool fails = (thread + i) % 4 == 0;
          const Status done = desk_->ledger().Run(org_, "me", [&](Act& act) -> Status {
            act.Record(Event("made"));
            RETURN_IF_ERROR(InsertRepo(act, std::to_string(thread) + "-" + std::to_string(i)));
            if (fails) return Error(ErrorCode::kConflict, "no");
            return {};
          });
          if (done.ok() == fails) ++wrong;
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Repos(), kThreads * kEach * 3 / 4);
  EXPECT_EQ(Finding(), "");
}

// Two programs on one database: their acts are in one chain.
TEST_P(LedgerTest, SeveralProgramsShareTheChain) {
  const auto database = Database::Open(files_.url(), {}).value();
  const auto keys = Keys::Open(*database, testing::RawKey('1'), {}, clock_).value();
  Desk second(*database, *keys, clock_);
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        Connections connections(thread % 2 == 0 ? *desk_ : second);
        for (int i = 0; i < 10; ++i) {
          const std::string name = "c" + std::to_string(thread) + "-" + std::to_string(i);
          if (!connections.Create(Admin(), PostgresBody(name)).ok()) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(Number("SELECT count(*) FROM service_connections"), 40);
  EXPECT_EQ(Finding(), "");
}

// Each of these versions was seen by somebody; none may get lost under another.
TEST_P(LedgerTest, ConcurrentPatchesLoseNothing) {
  const std::string id = MakeConnection("main");
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 10; ++i) {
          const std::int64_t version = connections().Get(Admin(), id).value().version;
          const std::string host = std::to_string(thread) + "-" + std::to_string(i);
          const Value patch = testing::Json(R"({"config":{"host":")" + host + R"("}})");
          if (connections().Patch(Admin(), id, version, patch).ok()) ++done;
        }
      });
    }
  }
  EXPECT_EQ(connections().Get(Admin(), id).value().version, 1 + done);
  EXPECT_EQ(Finding(), "");
}

// Killed in the middle of writing: what was acknowledged is there, and the chain holds.
TEST_P(LedgerTest, AKilledProgramLosesNothingAcknowledged) {
  testing::RunningProgram writer(
      {.argv = {tests::TestProgram("service_writer"), files_.url(), org_},
       .environment = {},
       .stdin_bytes = "",
       .working_directory = ""});
  std::vector<std::string> acknowledged;
  while (acknowledged.size() < 60) {
    std::string name = writer.ReadLine();
    ASSERT_NE(name, "") << writer.ReadErrors();
    acknowledged.push_back(std::move(name));
  }
  writer.Signal(SIGKILL);
  for (std::string name = writer.ReadLine(); name.ends_with('.'); name = writer.ReadLine()) {
    acknowledged.push_back(std::move(name));
  }
  writer.Wait();
  Start();
  for (const std::string& name : acknowledged) {
    EXPECT_EQ(Number("SELECT count(*) FROM service_connections WHERE name = :1",
                     {name.substr(0, name.size() - 1)}),
              1)
        << name;
  }
  EXPECT_EQ(Finding(), "");
  MakeConnection("after");
  EXPECT_EQ(Finding(), "");
}

// Whatever has been done, no secret can be read from what the database keeps.
TEST_P(LedgerTest, KeepsNoSecretInTheOpen) {
  const std::string id = MakeAttached("main");
  ASSERT_TRUE(
      connections()
          .Patch(Admin(), id, 1, testing::Json(R"({"config":{"api_token":"canary-token-2233"}})"))
          .ok());
  const Grant grant = grants().Create(Runner(), Ask({"main"})).value();
  ASSERT_TRUE(grants().Renew(Runner(), ProofOf(grant)).ok());
  std::string everything = files_.FileBytes();
  for (const char* table : {"connection_versions", "audit_events", "leases", "orgs"}) {
    everything += Dump(table);
  }
  for (std::string_view secret :
       {testing::kPassword, std::string_view("canary-token-2233"), grant.secret.Reveal()}) {
    EXPECT_TRUE(testing::ExposedForms(secret, everything).empty());
  }
}

}  // namespace
}  // namespace injector
