// Ends of the program, good and bad: what was acknowledged is there, and the log holds.

#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "injector/service/audit_verify.h"
#include "injector/service/orgs.h"
#include "tests/integration/service/service_program.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kAll = "/api/v1/service-connections";

class RecoveryTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  // Writes until the program is gone or `most` are done; the names that were acknowledged.
  std::vector<std::string> WriteMany(int writer, int most) {
    http::Client client({});
    std::vector<std::string> acknowledged;
    for (int i = 0; i < most; ++i) {
      const std::string name = "w" + std::to_string(writer) + "-" + std::to_string(i);
      http::ClientRequest request;
      request.method = "POST";
      request.url = world_.program().url() + kAll;
      request.headers.push_back({"Authorization", Secret::CopyOf("Bearer " + token_)});
      request.headers.push_back({"Content-Type", Secret::CopyOf("application/json")});
      request.body = Secret::CopyOf(AwsBody(name, "s3cret-value"));
      const auto response = client.Send(request);
      if (!response.ok() || response->status != 201) break;
      acknowledged.push_back(name);
      ++written_;
    }
    return acknowledged;
  }
  std::string Finding() {
    const AuditReport report = VerifyAudit(world_.desk(), org_).value();
    return report.findings.empty() ? "" : report.findings.front();
  }
  bool Exists(ServiceClient& admin, const std::string& name) {
    return admin.Get(kAll + ("?name=" + name)).body.find('"' + name + '"') != std::string::npos;
  }

  ServiceWorld world_{GetParam()};
  const std::string org_ = world_.MakeOrg();
  const std::string token_ = world_.Token(org_, {.role = Role::kAdmin});
  std::atomic<int> written_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, RecoveryTest, kAllDatabases, DatabaseKindName());

TEST_P(RecoveryTest, KilledAmidWritesItHasLostNothingThatItAcknowledged) {
  const char* given = std::getenv("SERVICE_WRITES");
  const int total = given == nullptr ? 100 : std::atoi(given);
  constexpr int kWriters = 4;
  std::vector<std::vector<std::string>> acknowledged(kWriters);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back(
        [&, writer] { acknowledged[static_cast<std::size_t>(writer)] = WriteMany(writer, total); });
  }
  while (written_ < total / 2) std::this_thread::yield();
  world_.program().process().Signal(SIGKILL);
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(world_.program().process().Wait(), -SIGKILL);
  EXPECT_EQ(Finding(), "");

  world_.Restart();
  ServiceClient admin = world_.Client(token_);
  for (const auto& names : acknowledged) {
    for (const std::string& name : names) EXPECT_TRUE(Exists(admin, name)) << name;
  }
  EXPECT_EQ(admin.Post(kAll, AwsBody("after", "s3cret-value")).status, 201);
  EXPECT_EQ(Finding(), "");
}

TEST_P(RecoveryTest, ToldToStopItFinishesWhatIsUnderWay) {
  ServiceClient admin = world_.Client(token_);
  const std::string id = admin.Post(kAll, AwsBody("main", "s3cret-value")).At({"id"});
  admin.Post("/api/v1/repos/web/service-connections", R"({"connectionId":")" + id + "\"}");
  ServiceClient runner =
      world_.Client(world_.Token(org_, {.role = Role::kRunner, .repos = {"web"}}));
  const Reply grant = runner.Post("/api/v1/repos/web/grants", R"({"connections":["main"]})");
  // A request that would wait for 25 seconds is answered when the program is to stop.
  std::thread stop([&] {
    while (admin.Get("/metrics").body.find("injector_change_waits 1") == std::string::npos) {
      std::this_thread::yield();
    }
    world_.program().process().Signal(SIGTERM);
  });
  const Reply waited = runner.Get(
      "/api/v1/grants/" + grant.At({"id"}) + "/changes?wait=25&after=" + grant.At({"revision"}),
      {{"Grant-Secret", grant.At({"secret"})}});
  stop.join();
  EXPECT_EQ(waited.status, 200);
  EXPECT_EQ(world_.program().process().Wait(), 0);
  EXPECT_THAT(world_.program().Log(), HasSubstr("\"event\":\"stopped\""));
}

class ServiceCommandsTest : public ::testing::Test {
 protected:
  ProgramResult Run(std::vector<std::string> words) {
    words.insert(words.begin(), {tests::Program("injector"), "service"});
    return RunProgram({.argv = std::move(words),
                       .environment = {"SERVICE_CONN_KEY=" + std::string(kServiceKey),
                                       "INJECTOR_SERVICE_DB=" + url_},
                       .stdin_bytes = "",
                       .working_directory = directory_.path()});
  }

  TempDir directory_;
  std::string url_ = "sqlite:" + (directory_ / "service.db");
};

TEST_F(ServiceCommandsTest, AnOrgFromNothingToAVerifiedLog) {
  const ProgramResult made = Run({"init", "--org", "acme"});
  ASSERT_EQ(made.exit_status, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("\"token\": \"inj_"));
  EXPECT_EQ(Run({"init", "--org", "acme"}).exit_status, 1);
  EXPECT_EQ(Run({"token", "--org", "acme", "--role", "runner", "--repo", "web"}).exit_status, 0);
  const ProgramResult verified = Run({"audit", "verify", "--org", "acme"});
  EXPECT_EQ(verified.exit_status, 0) << verified.err;
  EXPECT_THAT(verified.err, HasSubstr("the log is whole"));
  const std::string head = verified.out.substr(0, verified.out.size() - 1);
  EXPECT_EQ(Run({"audit", "verify", "--org", "acme", "--known", head}).exit_status, 0);
  EXPECT_EQ(Run({"audit", "verify", "--org", "acme", "--known", "3:00"}).exit_status, 1);
  EXPECT_THAT(Run({"audit", "list", "--org", "acme"}).out, HasSubstr("token.create"));
  EXPECT_THAT(Run({"audit", "export", "--org", "acme"}).out, HasSubstr("\"mac\":\""));
}

TEST_F(ServiceCommandsTest, OldEventsMoveIntoAFileThatVerifiesByItself) {
  ASSERT_EQ(Run({"init", "--org", "acme"}).exit_status, 0);
  const std::string file = directory_ / "old.jsonl";
  const auto prune = [&](const char* before) {
    return Run({"audit", "prune", "--org", "acme", "--before", before, "--export", file});
  };
  EXPECT_THAT(prune("2020-01-01T00:00:00Z").err, HasSubstr("no events from before that time"));
  EXPECT_FALSE(std::filesystem::exists(file));
  const std::string head = Run({"audit", "head", "--org", "acme"}).out;
  const ProgramResult moved = prune("2100-01-01T00:00:00Z");
  ASSERT_EQ(moved.exit_status, 0) << moved.err;
  EXPECT_EQ(moved.out, head);
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0600));
  EXPECT_THAT(prune("2100-01-01T00:00:00Z").err, HasSubstr("file exists"));
  const ProgramResult verified =
      Run({"audit", "verify", "--org", "acme", "--anchor", head.substr(0, head.size() - 1)});
  EXPECT_EQ(verified.exit_status, 0) << verified.err;
  EXPECT_THAT(verified.err, HasSubstr("1 events, after "));
  EXPECT_EQ(Run({"audit", "verify", "--file", file}).out, head);
  const std::string text = directory_.Read("old.jsonl");
  const std::string last = head.substr(0, head.size() - 1);
  EXPECT_EQ(Run({"audit", "verify", "--file", file, "--anchor", last}).exit_status, 0);
  const std::string cut =
      directory_.Write("cut.jsonl", text.substr(0, text.rfind('\n', text.size() - 2) + 1));
  EXPECT_EQ(Run({"audit", "verify", "--file", cut}).exit_status, 0);
  EXPECT_THAT(Run({"audit", "verify", "--file", cut, "--anchor", last}).err,
              HasSubstr("the log was cut"));
  // After a change of the master key the one of then is another key.
  EXPECT_EQ(Run({"audit", "verify", "--file", file, "--key-file",
                 directory_.Write("new.key", std::string(64, '7')), "--more-key-file",
                 directory_.Write("old.key", std::string(kServiceKey))})
                .exit_status,
            0);
  directory_.Write("old.jsonl", text.substr(0, text.find("org.create")) + "org.delete" +
                                    text.substr(text.find("org.create") + 10));
  EXPECT_THAT(Run({"audit", "verify", "--file", file}).err, HasSubstr("event 1 was altered"));
  EXPECT_THAT(Run({"audit", "verify", "--file", file, "--key-file",
                   directory_.Write("other", std::string(64, '7'))})
                  .err,
              HasSubstr("fingerprint"));
}

TEST_F(ServiceCommandsTest, AnAlteredLogIsNotMovedAndLeavesNoFile) {
  ASSERT_EQ(Run({"init", "--org", "acme"}).exit_status, 0);
  const auto database = Database::Open(url_, {}).value();
  ASSERT_TRUE(database
                  ->Write([](SqlSession& session) -> Status {
                    RETURN_IF_ERROR(session.Execute(
                        "UPDATE audit_events SET actor = 'x' WHERE sequence = 2", {}));
                    return {};
                  })
                  .ok());
  const std::string file = directory_ / "old.jsonl";
  const ProgramResult refused = Run(
      {"audit", "prune", "--org", "acme", "--before", "2100-01-01T00:00:00Z", "--export", file});
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_THAT(refused.err, HasSubstr("event 2 has altered columns"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(ServiceCommandsTest, AnotherKeyIsRefusedByName) {
  ASSERT_EQ(Run({"init", "--org", "acme"}).exit_status, 0);
  const ProgramResult refused =
      Run({"serve", "--key-file", directory_.Write("other", std::string(64, '7')),
           "--insecure-http", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_THAT(refused.err, HasSubstr("wrong key: the database needs the one with fingerprint"));
}

TEST_F(ServiceCommandsTest, PlainHttpStaysOnThisMachine) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"serve", "--listen", "127.0.0.1:0"},
                                             {"serve", "--listen", "0.0.0.0:0", "--insecure-http"},
                                             {"serve", "--tls-cert", "x"},
                                             {"serve", "--lease", "soon"},
                                             {"serve", "--max-value", "65537"}}) {
    EXPECT_EQ(Run(words).exit_status, 2) << words.back();
  }
}

TEST_F(ServiceCommandsTest, ABackupIsTakenWhileItServes) {
  ASSERT_EQ(Run({"init", "--org", "acme"}).exit_status, 0);
  const ServiceProgram program(url_, std::string(kServiceKey));
  ASSERT_EQ(Run({"backup", "--out", "copy.db"}).exit_status, 0);
  EXPECT_EQ(Run({"backup", "--out", "copy.db"}).exit_status, 1);
  url_ = "sqlite:" + (directory_ / "copy.db");
  EXPECT_EQ(Run({"audit", "verify", "--org", "acme"}).exit_status, 0);
}

TEST_F(ServiceCommandsTest, TheKeyIsChangedWhileItServes) {
  const ProgramResult made = Run({"init", "--org", "acme"});
  const std::string token = made.out.substr(made.out.find("inj_"), 81);
  const std::string next = directory_.Write("next", std::string(64, '7'));
  const ServiceProgram program(url_, std::string(kServiceKey), {"--more-key-file", next});
  ServiceClient admin(program.url(), token);
  const std::string id = admin.Post(kAll, AwsBody("main", "s3cret-value")).At({"id"});
  const ProgramResult rotated = Run({"rotate-key", "--new-key-file", next, "--settle", "60s"});
  EXPECT_EQ(rotated.exit_status, 0) << rotated.err;
  EXPECT_EQ(
      admin.Send("PATCH", kAll + ("/" + id), R"({"description":"new"})", {{"If-Match", "\"1\""}})
          .status,
      200);
  // The old key opens nothing any more.
  EXPECT_EQ(Run({"audit", "verify", "--org", "acme"}).exit_status, 1);
  EXPECT_EQ(Run({"audit", "verify", "--org", "acme", "--key-file", next}).exit_status, 0);
}

}  // namespace
}  // namespace injector::testing
