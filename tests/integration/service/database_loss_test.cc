// A PostgreSQL that goes away under load and comes back: whoever asks meanwhile is told to ask
// again, and nothing that was acknowledged is lost or done twice.

#include <gmock/gmock.h>

#include "injector/service/audit_verify.h"
#include "tests/integration/service/service_load.h"
#include "tests/integration/service/service_program.h"
#include "tests/unit/injector/service/read_only_database.h"
#include "tests/unit/injector/service/stopped_server.h"

namespace injector::testing {
namespace {

using ::testing::IsEmpty;

constexpr const char* kAll = "/api/v1/service-connections";

class DatabaseLossTest : public ::testing::Test {
 protected:
  DatabaseLossTest() {
    const std::string main = admin_.Post(kAll, AwsBody("main", ServiceLoad::kSecret)).At({"id"});
    EXPECT_EQ(
        admin_.Post("/api/v1/repos/web/service-connections", R"({"connectionId":")" + main + "\"}")
            .status,
        201);
  }
  ServiceLoad::Options Load() {
    return {.url = world_.program().url(),
            .admin = admin_.token(),
            .runner = world_.Token(org_, {.role = Role::kRunner, .repos = {"web"}})};
  }
  // Everything that was acknowledged is there, and the log says so too.
  void ExpectAllIsThere(ServiceLoad& load) {
    EXPECT_THAT(load.wrong(), IsEmpty());
    for (const std::string& name : load.names()) {
      EXPECT_THAT(admin_.Get(kAll + ("?name=" + name)).body,
                  ::testing::HasSubstr('"' + name + '"'));
    }
    EXPECT_THAT(VerifyAudit(world_.desk(), org_).value().findings, IsEmpty());
  }

  ServiceWorld world_{DatabaseKind::kPostgres};
  const std::string org_ = world_.MakeOrg();
  ServiceClient admin_ = world_.Client(world_.Token(org_, {.role = Role::kAdmin}));
};

TEST_F(DatabaseLossTest, WhileItIsAwayRequestsAreToldToComeAgain) {
  ServiceLoad load(Load());
  load.AwaitMore(10);
  SharedPostgres().Crash();
  load.AwaitRefusals(20);
  const Reply unready = admin_.Get("/readyz");
  EXPECT_EQ(unready.status, 503);
  EXPECT_EQ(unready.Header("Retry-After"), "1");
  EXPECT_EQ(unready.At({"error", "code"}), "unavailable");
  for (const char* path : {kAll, "/api/v1/tokens", "/api/v1/audit"}) {
    EXPECT_EQ(admin_.Get(path).status, 503) << path;
  }
  EXPECT_EQ(admin_.Get("/healthz").status, 200) << "to start it anew would not help";
  SharedPostgres().StartAgain();
  load.AwaitMore(10);
  EXPECT_EQ(admin_.Get("/readyz").status, 200);
  load.Finish();
  ExpectAllIsThere(load);
}

// A standby, after the primary was given to another server.
TEST_F(DatabaseLossTest, AServerThatOnlyReadsIsNotReady) {
  world_.Restart({"--ready-interval", "1ms"});
  ServiceClient anybody(world_.program().url(), "");
  EXPECT_EQ(anybody.Get("/readyz").status, 200);
  {
    const ReadOnlyDatabase standby(world_.database().url());
    const Reply unready = anybody.Get("/readyz");
    EXPECT_EQ(unready.status, 503) << unready.body;
    EXPECT_EQ(unready.Header("Retry-After"), "1");
    EXPECT_EQ(anybody.Get("/healthz").status, 200);
  }
  while (anybody.Get("/readyz").status != 200) {
  }
}

// Its kernel acknowledges whatever is sent, so nothing but our own patience ends the wait.
TEST_F(DatabaseLossTest, AServerThatStandsStillIsGivenUp) {
  world_.Restart({"--db-statement-time", "1s", "--db-silence-time", "500ms", "--db-connect-time",
                  "2s", "--db-wait", "1s"});
  ServiceClient admin = world_.Client(admin_.token());
  // It may be slow here.
  while (admin.Get(kAll).status != 200) {
  }
  {
    const StoppedServer server(world_.database().url());
    EXPECT_GT(server.connections(), 0);
    EXPECT_EQ(admin.Get(kAll).status, 503);
    EXPECT_EQ(admin.Post(kAll, AwsBody("lost", ServiceLoad::kSecret)).status, 503);
    EXPECT_EQ(admin.Get("/readyz").status, 503);
    EXPECT_EQ(admin.Get("/healthz").status, 200);
  }
  int status = 503;
  while (status == 503) status = admin.Post(kAll, AwsBody("kept", ServiceLoad::kSecret)).status;
  // Its own answer may have been lost.
  EXPECT_THAT(status, ::testing::AnyOf(201, 409));
  EXPECT_THAT(VerifyAudit(world_.desk(), org_).value().findings, IsEmpty());
}

TEST_F(DatabaseLossTest, ConnectionsThatAreCutOneByOneCostNobodyAnything) {
  ServiceLoad load(Load());
  for (int i = 0; i < 5; ++i) {
    load.AwaitMore(5);
    EXPECT_GT(CutConnections(world_.database().url()), 0);
  }
  load.AwaitMore(5);
  load.Finish();
  ExpectAllIsThere(load);
}

}  // namespace
}  // namespace injector::testing
