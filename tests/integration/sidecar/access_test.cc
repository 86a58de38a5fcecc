// Who may ask the sidecar, how it starts and ends, and what it says of secrets: nothing.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "injector/http/server/listener.h"
#include "tests/integration/sidecar/sidecar_program.h"
#include "tests/support/canary.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(SidecarTest, KeepsOneJobsLeaseFromAnother) {
  SidecarProgram sidecar = Start();
  JobClient job = Job();
  const HeldGrant mine(job.Post("/v1/grants", kMainGrant));
  const HeldGrant theirs(job.Post("/v1/grants", kMainGrant));
  for (const Headers& proof : {Headers(), theirs.proof, Headers{{"Grant-Secret", "x"}}}) {
    EXPECT_EQ(job.Post(mine.Path("/renew"), "", proof).status, 404);
    EXPECT_EQ(job.Get(mine.Path("/changes?after=1"), proof).status, 404);
    EXPECT_EQ(job.Delete(mine.Path(), proof).status, 404);
  }
  EXPECT_EQ(job.Post(mine.Path("/renew"), "", mine.proof).status, 200);
}

TEST_F(SidecarTest, ServesNoUserThatItWasNotToldOf) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be somebody else";
  SidecarProgram sidecar = Start({"--allow-uid", "12345"});
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0711));
  const auto ask_as = [this](uid_t uid) {
    return RunProgram({.argv = {"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}",
                                "--unix-socket", socket_, "-H", "Content-Type: application/json",
                                "-d", std::string(kMainGrant), "http://sidecar/v1/grants"},
                       .environment = {},
                       .stdin_bytes = "",
                       .working_directory = "/",
                       .outputs = ProgramRun::Outputs::kTwoPipes,
                       .before_exec =
                           [uid] {
                             if (::setgid(12345) != 0 || ::setuid(uid) != 0) ::_exit(1);
                           }})
        .out;
  };
  EXPECT_EQ(ask_as(12345), "201");
  EXPECT_EQ(ask_as(54321), "403");
  EXPECT_EQ(ask_as(65534), "403");
}

TEST_F(SidecarTest, ServesByTcpWhoHasTheToken) {
  const std::string door = directory_.Write("door", "a-token-of-the-door");
  SidecarProgram sidecar = Start({"--listen-tcp", "127.0.0.1:0", "--listen-token-file", door});
  JobClient job("");
  const std::string url = sidecar.urls()[0] + "/v1/grants";
  EXPECT_EQ(job.Send("POST", url, kMainGrant).status, 401);
  const Headers token = {{"Authorization", "Bearer a-token-of-the-door"}};
  const Reply granted = job.Send("POST", url, kMainGrant, token);
  EXPECT_EQ(granted.status, 201);
  // Who came by TCP is not whoever comes by the socket.
  const HeldGrant grant(granted);
  EXPECT_EQ(Job().Post(grant.Path("/renew"), "", grant.proof).status, 404);
  directory_.Write("door", "another-token-of-the-door");
  EXPECT_EQ(job.Send("POST", url, kMainGrant, token).status, 401) << "the file was replaced";
  EXPECT_EQ(
      job.Send("POST", url, kMainGrant, {{"Authorization", "Bearer another-token-of-the-door"}})
          .status,
      201);
}

TEST_F(SidecarTest, RefusesASecondInstanceAndReplacesADeadOne) {
  SidecarProgram first = Start();
  const HeldGrant grant(Job().Post("/v1/grants", kMainGrant));
  const ProgramResult second = RunProgram(
      {.argv = {tests::Program("injector"), "sidecar", "--listen", "unix:" + socket_, "--service",
                world_.program().url(), "--repo", "web", "--token-file", token_file_},
       .environment = {},
       .stdin_bytes = "",
       .working_directory = ""});
  EXPECT_EQ(second.exit_status, 1);
  EXPECT_THAT(second.err, HasSubstr("another instance is running"));
  first.Kill();
  ASSERT_TRUE(std::filesystem::exists(socket_));
  SidecarProgram third = Start();
  // Its job asks anew, and goes on.
  EXPECT_EQ(Job().Post(grant.Path("/renew"), "", grant.proof).status, 404);
  EXPECT_EQ(Job().Post("/v1/grants", kMainGrant).status, 201);
}

TEST_F(SidecarTest, GivesEverythingBackWhenItIsToldToStop) {
  SidecarProgram sidecar = Start();
  const HeldGrant grant(Job().Post("/v1/grants", kMainGrant));
  sidecar.process().Signal(SIGTERM);
  EXPECT_EQ(sidecar.process().Wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(socket_));
  EXPECT_EQ(Recorded("grant.use"), 1U);
  AwaitRecorded("grant.release", 1);
}

// Who starts anew while the one before is still stopping finds the place free, and keeps it.
TEST_F(OutageTest, LeavesThePlaceBeforeItHasStopped) {
  SidecarProgram first(socket_, {"--service", world_.program().url(), "--token-file", token_file_,
                                 "--use-delay", "1h", "--stop-grace", "1h"});
  ASSERT_EQ(Job().Post("/v1/grants", kMainGrant).status, 201);
  SuspendService();
  first.process().Signal(SIGTERM);
  while (std::filesystem::exists(socket_)) std::this_thread::yield();
  // Its last report waits for the service.
  EXPECT_THAT(first.Log(), Not(HasSubstr("\"stopped\"")));
  const SidecarProgram second = Start();
  world_.program().process().Signal(SIGCONT);
  EXPECT_EQ(first.process().Wait(), 0);
  EXPECT_TRUE(std::filesystem::exists(socket_));
  AwaitRecorded("grant.use", 1);
}

TEST_F(SidecarTest, RefusesToAllowNothing) {
  for (const char* list : {"[]", "\"\"", "[\"\"]"}) {
    const ProgramResult run = RunProgram(
        {.argv = {tests::Program("injector"), "sidecar", "--config",
                  directory_.Write("sidecar.yaml", std::string("allow: ") + list + "\n")},
         .environment = {},
         .stdin_bytes = "",
         .working_directory = ""});
    EXPECT_NE(run.exit_status, 0);
    EXPECT_THAT(run.err, AllOf(HasSubstr("sidecar.yaml:1:"), HasSubstr("allow"))) << list;
  }
}

TEST_F(SidecarTest, EndsAfterTheLastJob) {
  SidecarProgram sidecar = Start({"--exit-after-last-job", "1ms"});
  JobClient job = Job();
  const HeldGrant one(job.Post("/v1/grants", kMainGrant));
  const HeldGrant two(job.Post("/v1/grants", kMainGrant));
  EXPECT_EQ(job.Delete(one.Path(), one.proof).status, 204);
  EXPECT_EQ(job.Get("/healthz").status, 200);
  EXPECT_EQ(job.Delete(two.Path(), two.proof).status, 204);
  EXPECT_EQ(sidecar.process().Wait(), 0);
}

TEST_F(SidecarTest, TakesItsOptionsFromThreePlaces) {
  const std::string file = directory_.Write(
      "sidecar.yaml", "service: " + world_.program().url() + "\ntoken_file: " + token_file_ +
                          "\nallow: [\"@aws.other\"]\nlog-level: error\nfreshness: 1s\n");
  SidecarProgram sidecar(socket_, {"--config", file}, [](ProgramRun& run) {
    run.environment.push_back("INJECTOR_ALLOW=@aws.main");
  });
  JobClient job = Job();
  EXPECT_EQ(job.Post("/v1/grants", kMainGrant).status, 201) << "the environment wins";
  EXPECT_EQ(job.Post("/v1/grants", R"({"connections":["@aws.other"]})").status, 403);
  EXPECT_EQ(sidecar.Log().find("\"info\""), std::string::npos);
}

TEST_F(SidecarTest, SaysWhereAFileIsWrong) {
  struct Row {
    const char* text;
    const char* message;
  };
  for (const Row& row :
       {Row{"repo: web\nservise: x\n",
            "sidecar.yaml:2:1: unknown key servise; did you mean service?"},
        Row{"repo: web\nlease: soon\n", "sidecar.yaml:2:8: lease: "},
        Row{"token_file: a\ntoken-file: b\n", "sidecar.yaml:2:1: token-file: is there already"},
        Row{"allow-unmasked: maybe\n",
            "sidecar.yaml:1:17: allow-unmasked: expected true or false"}}) {
    const ProgramResult run =
        RunProgram({.argv = {tests::Program("injector"), "sidecar", "--config",
                             directory_.Write("sidecar.yaml", row.text)},
                    .environment = {},
                    .stdin_bytes = "",
                    .working_directory = ""});
    EXPECT_NE(run.exit_status, 0);
    EXPECT_THAT(run.err, HasSubstr(row.message));
  }
}

TEST_F(SidecarTest, TakesASocketFromTheServiceManager) {
  std::filesystem::create_directory(directory_ / "run");
  const UniqueFd listener = http::ListenOnUnix(socket_, 0600).value();
  SidecarProgram sidecar("", {"--service", world_.program().url(), "--token-file", token_file_},
                         [&listener](ProgramRun& run) {
                           run.argv[2] = R"(export LISTEN_PID=$$; exec "$@" 2>>"$LOG")";
                           run.environment.push_back("LISTEN_FDS=1");
                           run.before_exec = [fd = listener.get()] {
                             constexpr int kFirstPassed = 3;
                             if (fd == kFirstPassed) {
                               ::fcntl(fd, F_SETFD, 0);
                             } else {
                               ::dup2(fd, kFirstPassed);
                             }
                           };
                         });
  EXPECT_THAT(sidecar.first_line(), StartsWith("unix: (from the service manager)"));
  EXPECT_EQ(Job().Post("/v1/grants", kMainGrant).status, 201);
}

TEST_F(SidecarTest, SaysNothingOfSecretsButInGrants) {
  SidecarProgram sidecar = Start({"--endpoint-listen", "127.0.0.1:0", "--status-listen",
                                  "127.0.0.1:0", "--log-level", "debug", "--freshness", "0"});
  JobClient job = Job();
  std::string seen;
  const auto see = [&seen](const Reply& reply) {
    seen += reply.body + '\n';
    for (const auto& [name, value] : reply.headers) seen += name + ": " + value + '\n';
    return reply.status;
  };
  const Reply granted = job.Post("/v1/grants", kMainGrant);
  const HeldGrant grant(granted);
  Rotate(kSecondSecret, 1);
  see(job.Get(grant.Path("/changes?after=1&wait=25"), grant.proof));
  see(job.Get(grant.Path("/changes?after=9"), grant.proof));
  ASSERT_THAT(job.Post(grant.Path("/renew"), "", grant.proof).body, HasSubstr(kSecondSecret));
  see(job.Post("/v1/grants", R"({"connections":["@aws.none"]})"));
  see(job.Post("/v1/grants", "{"));
  see(job.Delete(grant.Path(), {{"Grant-Secret", "x"}}));
  JobClient anybody("");
  EXPECT_EQ(see(anybody.Send("GET", sidecar.urls()[1] + "/metrics")), 200);
  EXPECT_EQ(see(anybody.Send("GET", sidecar.urls()[1] + "/v1/grants")), 404);
  EXPECT_EQ(see(anybody.Send("GET", sidecar.urls()[0] + "/v1/credentials/aws/main")), 401);
  const std::string other_socket = directory_ / "run/other.sock";
  SidecarProgram lost(other_socket, {"--service", "http://127.0.0.1:1", "--token-file", token_file_,
                                     "--fetch-timeout", "1ms"});
  see(JobClient(other_socket).Post("/v1/grants", R"({"attached":true})"));
  sidecar.process().Signal(SIGTERM);
  EXPECT_EQ(sidecar.process().Wait(), 0);
  const std::string log = sidecar.Log() + lost.Log();
  ASSERT_THAT(log, HasSubstr("createGrant"));
  ASSERT_THAT(log, HasSubstr("service.failed"));
  for (const std::string& secret :
       {std::string(kFirstSecret), std::string(kSecondSecret), runner_token_.substr(17),
        granted.At({"secret"}), granted.At({"endpoint", "token"}).substr(33)}) {
    EXPECT_THAT(ExposedForms(secret, log), IsEmpty()) << "logged";
    EXPECT_THAT(ExposedForms(secret, seen), IsEmpty()) << "answered";
  }
}

}  // namespace
}  // namespace injector::testing
