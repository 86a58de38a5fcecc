// `injector service rotate` beside a service that goes on serving: new secrets by a program, tried
// at a real PostgreSQL server, and every way in which that can fail.

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "injector/service/audit_verify.h"
#include "tests/integration/service/service_program.h"
#include "tests/support/canary.h"
#include "tests/support/paths.h"
#include "tests/support/postgres_server.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kOld[] = "old-canary-f3b2c1d4";
constexpr char kNew[] = "new-canary-9d8e7f6a";
constexpr const char* kAll = "/api/v1/service-connections";

// A program that makes `password` of whatever it was.
std::string Replacing(const std::string& password) {
  return "sed 's/\"password\":\"[^\"]*\"/\"password\":\"" + password + "\"/'";
}

class RotateCommandTest : public ::testing::Test {
 protected:
  RotateCommandTest() { Make("api", R"({"host":"api.example.com","login":"ci","password":")"); }

  // `config` up to the password.
  void Make(const std::string& name, const std::string& config, const char* type = "http") {
    const Reply made = admin_.Post(kAll, R"({"name":")" + name + R"(","type":")" + type +
                                             R"(","config":)" + config + kOld + "\"}}");
    id_ = made.At({"id"});
    EXPECT_EQ(
        admin_.Post("/api/v1/org/service-connections", R"({"connectionId":")" + id_ + "\"}").status,
        201);
  }
  ProgramResult Rotate(const std::vector<std::string>& words) {
    ProgramRun run;
    run.argv = {tests::Program("injector"), "service", "rotate", "--db",
                world_.database().url(),    "--org",   "org-1"};
    run.argv.insert(run.argv.end(), words.begin(), words.end());
    run.environment = OwnEnvironment();
    run.environment.push_back("SERVICE_CONN_KEY=" + std::string(kServiceKey));
    ProgramResult result = RunProgram(run);
    seen_ += result.out + result.err;
    return result;
  }
  std::string Granted(const std::string& name = "api") {
    const Reply grant =
        runner_.Post("/api/v1/repos/web/grants", R"({"connections":[")" + name + "\"]}");
    return grant.body;
  }
  // Nobody was told a secret but the job, and the log says so.
  void ExpectNoLeak() {
    seen_ += admin_.Get("/api/v1/audit?limit=500").body + admin_.Get(kAll).body;
    for (const char* secret : {kOld, kNew}) EXPECT_THAT(ExposedForms(secret, seen_), IsEmpty());
    EXPECT_THAT(VerifyAudit(world_.desk(), org_).value().findings, IsEmpty());
  }

  ServiceWorld world_{DatabaseKind::kSqlite};
  const std::string org_ = world_.MakeOrg();
  ServiceClient admin_ = world_.Client(world_.Token(org_, {.role = Role::kAdmin}));
  ServiceClient runner_ =
      world_.Client(world_.Token(org_, {.role = Role::kRunner, .repos = {"web"}}));
  std::string id_;
  std::string seen_;
  TempDir directory_;
};

TEST_F(RotateCommandTest, TakesTheNewConfigIntoUse) {
  const ProgramResult done =
      Rotate({"api", "--no-doctor", "--exec",
              "echo \"$CONNECTION_TYPE/$CONNECTION_NAME: password is " + std::string(kNew) +
                  ", was " + kOld + "\" >&2; " + Replacing(kNew)});
  EXPECT_EQ(done.exit_status, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("http/api: password is ***, was ***"));
  EXPECT_THAT(done.err, HasSubstr("rotated @http.api, version 2"));
  EXPECT_THAT(Granted(), HasSubstr(kNew));
  ExpectNoLeak();
}

TEST_F(RotateCommandTest, KeepsTheOldConfigWhateverGoesWrong) {
  const struct {
    std::string command;
    const char* message;
    const char* timeout = "60s";
  } rows[] = {
      {"cat > /dev/null; echo " + std::string(kNew) + "; exit 1", "exited with status 1"},
      {"echo " + std::string(kNew), "no JSON"},
      {R"(echo '{"password":")" + std::string(kNew) + "\"}'", "host is missing"},
      {"cat", "no secret of it is new"},
      {"echo half; sleep 100", "was not done within 500 ms", "500ms"},
      {"yes " + std::string(kNew), "printed too much"},
      {"cat; set -x; : " + std::string(kOld) + "; kill -9 $$", "was ended by signal 9"},
  };
  for (const auto& row : rows) {
    const ProgramResult failed = Rotate({"api", "--timeout", row.timeout, "--exec", row.command});
    EXPECT_EQ(failed.exit_status, 1) << row.command;
    EXPECT_THAT(failed.err, HasSubstr(row.message)) << row.command;
    EXPECT_THAT(Granted(), HasSubstr(kOld));
  }
  EXPECT_THAT(admin_.Get("/api/v1/audit").body, HasSubstr(R"("action":"connection.rotate",)"
                                                          R"("outcome":"refused")"));
  EXPECT_THAT(admin_.Get(kAll + ("/" + id_)).body, HasSubstr(R"("version":1)"));
  ExpectNoLeak();
}

// The other side may know the new secret alone by then.
TEST_F(RotateCommandTest, LosesNothingThatWasPrintedBeforeTheProgramFailed) {
  const struct {
    std::string command;
    const char* message;
    const char* timeout = "60s";
  } rows[] = {
      {Replacing(kNew) + "; exit 3", "exited with status 3"},
      {Replacing(kNew) + "; exec >&-; sleep 1000", "was not done within 3000 ms", "3s"},
      {Replacing(kNew) + "; kill -9 $$", "was ended by signal 9"},
  };
  for (const auto& row : rows) {
    const ProgramResult failed =
        Rotate({"api", "--no-doctor", "--timeout", row.timeout, "--exec", row.command});
    EXPECT_EQ(failed.exit_status, 1) << row.command;
    EXPECT_THAT(failed.err, HasSubstr(row.message));
    EXPECT_THAT(failed.err, HasSubstr("the new one is set aside: --resume"));
    EXPECT_THAT(Granted(), HasSubstr(kOld));
    EXPECT_THAT(Rotate({"api", "--exec", "cat"}).err, HasSubstr("was not finished"));
    EXPECT_EQ(Rotate({"api", "--discard"}).exit_status, 0);
  }
  EXPECT_EQ(Rotate({"api", "--no-doctor", "--exec", rows[0].command}).exit_status, 1);
  EXPECT_EQ(Rotate({"api", "--no-doctor", "--resume"}).exit_status, 0);
  EXPECT_THAT(Granted(), HasSubstr(kNew));
  ExpectNoLeak();
}

TEST_F(RotateCommandTest, LosesNothingWhenNobodyReadsItsMessages) {
  ProgramRun run;
  run.argv = {"/bin/sh",
              "-c",
              "\"$@\" 2>&1 | exec true",
              "sh",
              tests::Program("injector"),
              "service",
              "rotate",
              "--db",
              world_.database().url(),
              "--org",
              "org-1",
              "api",
              "--no-doctor",
              "--exec",
              "sleep 0.2; echo note >&2; " + Replacing(kNew)};
  run.environment = OwnEnvironment();
  run.environment.push_back("SERVICE_CONN_KEY=" + std::string(kServiceKey));
  RunProgram(run);
  EXPECT_THAT(Granted(), HasSubstr(kNew));
  ExpectNoLeak();
}

TEST_F(RotateCommandTest, LosesNothingWhenSomebodyElseChangesIt) {
  const std::string busy = directory_.path() + "/busy";
  const std::string go = directory_.path() + "/go";
  std::thread other([&] {
    while (!std::ifstream(busy)) std::this_thread::yield();
    EXPECT_EQ(admin_
                  .Send("PATCH", kAll + ("/" + id_), R"({"config":{"login":"else"}})",
                        {{"If-Match", "\"1\""}})
                  .status,
              200);
    std::ofstream(go) << "go";
  });
  const ProgramResult refused = Rotate({"api", "--no-doctor", "--exec",
                                        "echo > '" + busy + "'; until [ -e '" + go +
                                            "' ]; do sleep 0.01; done; " + Replacing(kNew)});
  other.join();
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_THAT(refused.err, HasSubstr("it has version 2, not 1"));
  EXPECT_THAT(refused.err, HasSubstr("--resume"));
  EXPECT_THAT(Granted(), HasSubstr(kOld));
  EXPECT_THAT(Rotate({"api", "--exec", "cat"}).err, HasSubstr("was not finished"));
  EXPECT_EQ(Rotate({"api", "--no-doctor", "--resume"}).exit_status, 0);
  EXPECT_THAT(Granted(), HasSubstr(kNew));
  EXPECT_THAT(Granted(), HasSubstr(R"("login":"else")"));
  EXPECT_EQ(Rotate({"api", "--discard"}).exit_status, 1);
  ExpectNoLeak();
}

TEST_F(RotateCommandTest, RotatesAllThatIsDue) {
  EXPECT_THAT(Rotate({"--due", "--exec", "exit 1"}).err, HasSubstr("nothing is due"));
  for (const char* name : {"one", "two"}) {
    Make(name, R"({"host":"h","login":"ci","password":")");
    EXPECT_EQ(
        admin_.Send("PATCH", kAll + ("/" + id_), R"({"rotateEvery":"1h"})", {{"If-Match", "\"1\""}})
            .status,
        200);
  }
  ASSERT_TRUE(world_.desk()
                  .database()
                  .Write([](SqlSession& session) -> Status {
                    RETURN_IF_ERROR(
                        session.Execute("UPDATE service_connections SET created_at = 0", {}));
                    return {};
                  })
                  .ok());
  const ProgramResult done = Rotate({"--due", "--no-doctor", "--exec",
                                     "[ $CONNECTION_NAME = two ] || exit 1; " + Replacing(kNew)});
  EXPECT_EQ(done.exit_status, 1);
  EXPECT_THAT(done.err, HasSubstr("@http.one: --exec: the program exited with status 1"));
  EXPECT_THAT(done.err, HasSubstr("rotated @http.two, version 3"));
  EXPECT_THAT(done.err, HasSubstr("1 of 2 connections were not rotated"));
  EXPECT_THAT(Granted("one"), HasSubstr(kOld));
  EXPECT_THAT(Granted("two"), HasSubstr(kNew));
  EXPECT_THAT(Granted("api"), HasSubstr(kOld));
}

TEST_F(RotateCommandTest, SaysWhichWordsItNeeds) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--exec", "cat"},
                                                {"api"},
                                                {"api", "--resume", "--discard"},
                                                {"api", "--due", "--exec", "cat"},
                                                {"--due", "--discard"},
                                                {"api", "--exec", "cat", "--timeout", "0s"}}) {
    EXPECT_EQ(Rotate(words).exit_status, 2);
  }
  EXPECT_THAT(Rotate({"nobody", "--exec", "cat"}).err, HasSubstr("no such connection"));
}

// The program of examples/, at a real server.
class RotatePostgresTest : public RotateCommandTest {
 protected:
  RotatePostgresTest() {
    if (server_ == nullptr) return;
    Make("db",
         R"({"host":"127.0.0.1","port":)" + std::to_string(server_->port()) +
             R"(,"login":"app","schema":"postgres","password":")",
         "postgres");
  }
  // Whether the role can log in with what jobs are granted now.
  bool GrantWorks() {
    const std::string body = Granted("db");
    const std::size_t start = body.find(kPasswordMember) + std::string(kPasswordMember).size();
    return LogsIn(body.substr(start, body.find('"', start) - start));
  }
  bool LogsIn(const std::string& password) {
    ProgramRun run;
    run.argv = {"psql", "--no-psqlrc", "-h", "127.0.0.1", "-U", "app",
                "-d",   "postgres",    "-c", "SELECT 1",  "-p", std::to_string(server_->port())};
    run.environment = OwnEnvironment();
    run.environment.push_back("PGPASSWORD=" + password);
    return RunProgram(run).exit_status == 0;
  }

  static constexpr char kPasswordMember[] = R"("password":")";
  const std::string program_ = tests::SourceFile("../examples/rotation/postgres.py");
  std::unique_ptr<PostgresServer> server_ = PostgresServer::Start("app", kOld);
};

TEST_F(RotatePostgresTest, TheExampleChangesTheRolesPassword) {
  if (server_ == nullptr) GTEST_SKIP() << "no PostgreSQL here";
  ASSERT_TRUE(GrantWorks());
  const ProgramResult done = Rotate({"db", "--exec", program_, "--doctor-timeout", "60s"});
  ASSERT_EQ(done.exit_status, 0) << done.err;
  EXPECT_FALSE(LogsIn(kOld));
  EXPECT_TRUE(GrantWorks());
  EXPECT_EQ(Rotate({"db", "--exec", program_, "--doctor-timeout", "60s"}).exit_status, 0);
  EXPECT_TRUE(GrantWorks());
  ExpectNoLeak();
}

TEST_F(RotatePostgresTest, WhatDoesNotWorkIsNotTakenIntoUse) {
  if (server_ == nullptr) GTEST_SKIP() << "no PostgreSQL here";
  const ProgramResult refused =
      Rotate({"db", "--exec", Replacing(kNew), "--doctor-timeout", "60s"});
  EXPECT_EQ(refused.exit_status, 1);
  EXPECT_THAT(refused.err, HasSubstr("the new config does not work"));
  EXPECT_TRUE(GrantWorks());
  EXPECT_EQ(Rotate({"db", "--discard"}).exit_status, 0);
  EXPECT_THAT(refused.err, Not(HasSubstr(kNew)));
  ExpectNoLeak();
}

}  // namespace
}  // namespace injector::testing
