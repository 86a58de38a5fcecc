// Three replicas over one PostgreSQL, behind a balancer: what one has done all know, and it makes
// no difference to anybody when one of them dies.

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <latch>
#include <thread>

#include "injector/service/audit_verify.h"
#include "tests/integration/service/balancer.h"
#include "tests/integration/service/service_load.h"
#include "tests/integration/service/service_program.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kAll = "/api/v1/service-connections";
constexpr const char* kGrants = "/api/v1/repos/web/grants";
constexpr std::string_view kNextKey =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
constexpr std::size_t kReplicas = 3;

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

class ReplicasTest : public ::testing::Test {
 protected:
  ReplicasTest() {
    for (std::size_t i = 0; i < kReplicas; ++i) replicas_.push_back(StartReplica());
    balancer_.emplace(Ports());
    const std::string main =
        ClientOf(0, admin_).Post(kAll, AwsBody("main", ServiceLoad::kSecret)).At({"id"});
    main_ = main;
    EXPECT_EQ(
        ClientOf(1, admin_)
            .Post("/api/v1/repos/web/service-connections", R"({"connectionId":")" + main + "\"}")
            .status,
        201);
  }
  std::unique_ptr<ServiceProgram> StartReplica(std::vector<std::string> options = {
                                                   "--watch-interval", "20ms"}) {
    options.insert(options.end(),
                   {"--more-key-file", next_key_, "--db-readers", "3", "--db-writers", "1",
                    "--db-wait", "20s", "--db-connect-time", "10s", "--db-statement-time", "20s",
                    "--db-lock-time", "20s", "--db-idle-time", "20s"});
    return std::make_unique<ServiceProgram>(world_.database().url(), std::string(kServiceKey),
                                            std::move(options));
  }
  std::vector<int> Ports() const {
    std::vector<int> ports;
    for (const auto& replica : replicas_) ports.push_back(replica->port());
    return ports;
  }
  ServiceClient ClientOf(std::size_t replica, const std::string& token) {
    return ServiceClient(replicas_[replica]->url(), token, &world_.document());
  }
  ServiceLoad::Options Load() const {
    return {.url = balancer_->url(), .admin = admin_, .runner = runner_};
  }
  void ExpectAllIsThere(const ServiceLoad& load) {
    EXPECT_THAT(load.wrong(), IsEmpty());
    ServiceClient admin(balancer_->url(), admin_);
    for (const std::string& name : load.names()) {
      EXPECT_THAT(admin.Get(kAll + ("?name=" + name)).body, HasSubstr('"' + name + '"'));
    }
    EXPECT_THAT(VerifyAudit(DeskWithBothKeys(), org_).value().findings, IsEmpty());
  }
  Desk& DeskWithBothKeys() {
    std::vector<KeyText> more;
    more.push_back(KeyText::Parse(kNextKey).value());
    database_ = Database::Open(world_.database().url(), {}).value();
    keys_ = Keys::Open(*database_, KeyText::Parse(kServiceKey).value(), more, clock_).value();
    desk_ = std::make_unique<Desk>(*database_, *keys_, clock_);
    return *desk_;
  }

  TempDir directory_;
  const std::string next_key_ = directory_.Write("next.key", std::string(kNextKey) + "\n");
  ServiceWorld world_{DatabaseKind::kPostgres, {"--more-key-file", next_key_}};
  const std::string org_ = world_.MakeOrg();
  const std::string admin_ = world_.Token(org_, {.role = Role::kAdmin});
  const std::string runner_ = world_.Token(org_, {.role = Role::kRunner, .repos = {"web"}});
  std::vector<std::unique_ptr<ServiceProgram>> replicas_;
  std::optional<Balancer> balancer_;
  std::string main_;  // id

  const SystemClock clock_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Keys> keys_;
  std::unique_ptr<Desk> desk_;
};

TEST_F(ReplicasTest, OneKilledAndStartedAgainCostsNobodyAnything) {
  const int rounds = FromEnvironment("SERVICE_KILLS", 3);
  ServiceLoad load(Load());
  for (int i = 0; i < rounds; ++i) {
    load.AwaitMore(5);
    std::unique_ptr<ServiceProgram>& victim = replicas_[static_cast<std::size_t>(i) % kReplicas];
    victim->process().Signal(SIGKILL);
    EXPECT_EQ(victim->process().Wait(), -SIGKILL);
    victim = StartReplica();
    balancer_->Replace(Ports());
  }
  load.AwaitMore(5);
  load.Finish();
  ExpectAllIsThere(load);
}

// Nothing that decides who gets a secret is kept by a replica for itself.
TEST_F(ReplicasTest, WhatOneRevokesAllRefuseAtOnce) {
  for (std::size_t i = 0; i < kReplicas; ++i) {
    EXPECT_EQ(ClientOf(i, runner_).Post(kGrants, R"({"connections":["main"]})").status, 201);
  }
  ServiceClient admin = ClientOf(0, admin_);
  const std::string attached = "/api/v1/repos/web/service-connections";
  EXPECT_EQ(admin.Delete(attached + "/" + main_).status, 204);
  for (std::size_t i = 0; i < kReplicas; ++i) {
    EXPECT_EQ(ClientOf(i, runner_).Post(kGrants, R"({"connections":["main"]})").status, 403) << i;
  }
  EXPECT_EQ(admin.Post(attached, R"({"connectionId":")" + main_ + "\"}").status, 201);
  const std::string changed = R"({"config":{"secret_access_key":"changed-canary-0017"}})";
  EXPECT_EQ(ClientOf(1, admin_)
                .Send("PATCH", kAll + ("/" + main_), changed, {{"If-Match", "\"1\""}})
                .status,
            200);
  for (std::size_t i = 0; i < kReplicas; ++i) {
    EXPECT_THAT(ClientOf(i, runner_).Post(kGrants, R"({"connections":["main"]})").body,
                HasSubstr("changed-canary-0017"));
  }
  const Reply made = admin.Post("/api/v1/tokens", R"({"role":"runner","repos":["web"]})");
  const std::string token = made.At({"token"});
  for (std::size_t i = 0; i < kReplicas; ++i) {
    EXPECT_EQ(ClientOf(i, token).Post(kGrants, R"({"connections":["main"]})").status, 201);
  }
  EXPECT_EQ(ClientOf(2, admin_).Delete("/api/v1/tokens/" + made.At({"id"})).status, 204);
  for (std::size_t i = 0; i < kReplicas; ++i) {
    EXPECT_EQ(ClientOf(i, token).Post(kGrants, R"({"connections":["main"]})").status, 401) << i;
  }
}

TEST_F(ReplicasTest, AJobHearsOfAChangeWhicheverReplicaItWaitsAt) {
  ServiceClient runner = ClientOf(0, runner_);
  const Reply grant = runner.Post(kGrants, R"({"connections":["main"]})");
  std::thread change([&] {
    ServiceClient metrics = ClientOf(1, "");
    while (metrics.Get("/metrics").body.find("injector_change_waits 1") == std::string::npos) {
      std::this_thread::yield();
    }
    ClientOf(2, admin_).Send("PATCH", kAll + ("/" + main_), R"({"config":{"region":"eu-west-1"}})",
                             {{"If-Match", "\"1\""}});
  });
  const Reply changes = ClientOf(1, runner_)
                            .Get("/api/v1/grants/" + grant.At({"id"}) +
                                     "/changes?wait=25&after=" + grant.At({"revision"}),
                                 {{"Grant-Secret", grant.At({"secret"})}});
  change.join();
  EXPECT_THAT(changes.body, HasSubstr(R"("name":"main","type":"aws","version":2)"));
  const Reply renewed = ClientOf(2, runner_)
                            .Post("/api/v1/grants/" + grant.At({"id"}) + "/renew", "",
                                  {{"Grant-Secret", grant.At({"secret"})}});
  EXPECT_THAT(renewed.body, HasSubstr("eu-west-1"));
}

// Grants go on all the way, at replicas that hear of the new key at different times.
TEST_F(ReplicasTest, TheMasterKeyIsChangedUnderLoad) {
  const int grants = FromEnvironment("SERVICE_GRANTS", 60);
  ServiceLoad::Options options = Load();
  options.runners = 4;
  ServiceLoad load(options);
  load.AwaitMore(grants / 6);
  const std::string key = directory_.Write("old.key", std::string(kServiceKey));
  const ProgramResult rotated = RunInjector(
      {"service", "rotate-key", "--key-file", key, "--new-key-file", next_key_, "--settle", "60s"},
      {"INJECTOR_SERVICE_DB=" + world_.database().url()});
  EXPECT_EQ(rotated.exit_status, 0) << rotated.err;
  while (load.granted() < grants) std::this_thread::yield();
  EXPECT_EQ(load.refused(), 0);
  load.Finish();
  ExpectAllIsThere(load);
  // Nobody needs the old one any more.
  const ServiceProgram later(world_.database().url(), std::string(kNextKey));
  const Reply grant =
      ServiceClient(later.url(), runner_).Post(kGrants, R"({"connections":["main"]})");
  EXPECT_THAT(grant.body, HasSubstr(std::string(ServiceLoad::kSecret)));
}

// Five that find an empty database at the same moment: one makes the tables, all serve.
TEST(ReplicaStart, FiveStartAtOnceOnAnEmptyDatabase) {
  const TestDatabase database(DatabaseKind::kPostgres);
  constexpr std::size_t kCount = 5;
  std::vector<std::unique_ptr<ServiceProgram>> replicas(kCount);
  std::latch started(kCount);
  std::latch finished(1);
  std::vector<std::jthread> threads;
  for (auto& replica : replicas) {
    threads.emplace_back([&] {
      replica = std::make_unique<ServiceProgram>(database.url(), std::string(kServiceKey));
      started.count_down();
      finished.wait();  // a program ends with the thread that has started it
    });
  }
  started.wait();
  for (const auto& replica : replicas) {
    EXPECT_EQ(ServiceClient(replica->url(), "").Get("/readyz").status, 200) << replica->Log();
  }
  finished.count_down();
}

// A release that is not for programs like this one: those that serve send their clients elsewhere,
// and no new one starts.
TEST(ReplicaStart, ASchemaThatIsTooNewIsRefused) {
  const TestDatabase database(DatabaseKind::kPostgres);
  const ServiceProgram replica(database.url(), std::string(kServiceKey));
  ServiceClient client(replica.url(), "");
  EXPECT_EQ(client.Get("/readyz").status, 200);
  const auto later = Database::Open(database.url(), {}).value();
  ASSERT_TRUE(later
                  ->Write([](SqlSession& session) -> Status {
                    RETURN_IF_ERROR(
                        session.Execute("INSERT INTO schema_steps VALUES (1000, 1)", {}));
                    return {};
                  })
                  .ok());
  const Reply unready = client.Get("/readyz");
  EXPECT_EQ(unready.status, 503);
  EXPECT_THAT(unready.body, HasSubstr("a later release has changed it"));
  const ProgramResult started = RunInjector(
      {"service", "serve", "--insecure-http"},
      {"SERVICE_CONN_KEY=" + std::string(kServiceKey), "INJECTOR_SERVICE_DB=" + database.url()});
  EXPECT_EQ(started.exit_status, 1);
  EXPECT_THAT(started.err, HasSubstr("a later release has changed it"));
  EXPECT_THAT(started.err, HasSubstr("hint: run the later release"));
}

}  // namespace
}  // namespace injector::testing
