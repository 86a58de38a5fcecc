// Jobs whose credentials come from a sidecar: by default, late, away for a while, started anew.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/service_stand_in.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// One connection `api`, whose password stands in a netrc file.
std::string Api(int version, const std::string& password) {
  return R"([{"name": "api", "type": "http", "default": true, "version": )" +
         std::to_string(version) +
         R"(, "fields": {"host": "api.example.com", "login": "ci", "password": ")" + password +
         R"("}, "secretFields": ["password"]}])";
}

constexpr char kFirst[] = "first-canary-f3b2c1";
constexpr char kSecond[] = "second-canary-9d8e7f";

http::ServerResponse Plain(const SeenRequest& request) {
  if (request.line == "POST /v1/grants") return GrantAnswer(Api(1, kFirst));
  if (request.line.starts_with("GET")) return ChangesAnswer(1);
  return request.line.starts_with("POST") ? RenewalAnswer(1) : JsonAnswer(204, "");
}

// A sidecar that does not know the lease of the one before it.
http::ServerResponse StartedAnew(const SeenRequest& request) {
  if (request.line == "POST /v1/grants") {
    std::string json = R"({"id": "lease-2", "secret": "other-secret", "revision": 1,
        "expiresAt": "2099-01-01T00:00:00Z", "absent": [], "absentVariables": [],
        "variables": [], "connections": )";
    return JsonAnswer(201, json + Api(2, kSecond) + "}");
  }
  if (request.line.find("lease-1") != std::string::npos) {
    return ProblemAnswer(404, "not_found", "no such lease");
  }
  return request.line.starts_with("GET") ? ChangesAnswer(1) : JsonAnswer(204, "");
}

class ShimSidecarTest : public JobTest {
 protected:
  ShimSidecarTest() { EXPECT_EQ(::mkfifo((directory_ / "go").c_str(), 0600), 0); }

  ProgramRun Run(const std::vector<std::string>& arguments, const std::string& script) const {
    std::vector<std::string> words = {shim_path()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    words.insert(words.end(), {"--", "bash", "-c", script});
    return {.argv = words,
            .environment = Environment(),
            .stdin_bytes = "",
            .working_directory = directory_.path()};
  }
  // In a mount namespace of its own, where /run/injector is and sidecar.sock leads to socket().
  ProgramRun WithSidecarDirectory(ProgramRun run) const {
    const std::string script = "mount -t tmpfs none /run && mkdir /run/injector && ln -s " +
                               socket() + " /run/injector/sidecar.sock && exec \"$@\"";
    run.argv.insert(run.argv.begin(), {"unshare", "--mount", "sh", "-c", script, "sh"});
    return run;
  }
  std::string socket() const { return directory_ / "s"; }
  void LetTheJobGoOn() { std::ofstream(directory_ / "go") << "go\n"; }
};

TEST_F(ShimSidecarTest, NeedsNoTokenAndSaysGoodBye) {
  for (const std::string scheme : {"sidecar:", "unix:"}) {
    ServiceStandIn sidecar(Plain, socket());
    const ProgramResult job =
        RunProgram(Run({"--source", scheme + socket(), "-c", "api"}, "grep password $NETRC"));
    EXPECT_EQ(job.exit_status, 0) << job.err;
    EXPECT_EQ(job.out, "password ***\n");
    EXPECT_EQ(sidecar.requests().front().line, "POST /v1/grants");
    EXPECT_EQ(sidecar.requests().front().Header("Authorization"), "");
    EXPECT_TRUE(sidecar.Saw("DELETE /v1/grants/lease-1"));
    for (const SeenRequest& request : sidecar.requests()) {
      EXPECT_EQ(request.body.find(R"({"maskedRuns":1})") == 0, request.line.starts_with("DELETE"));
    }
  }
}

TEST_F(ShimSidecarTest, TermIncluded) {
  ServiceStandIn sidecar(Plain, socket());
  RunningProgram job(
      Run({"--source", sidecar.url(), "-c", "api"}, "echo ready; while :; do sleep 0.02; done"));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  job.Signal(SIGTERM);
  EXPECT_EQ(job.Finish().exit_status, 143);
  EXPECT_TRUE(sidecar.Saw("DELETE /v1/grants/lease-1"));
}

TEST_F(ShimSidecarTest, IsTheDefaultWhereItsDirectoryIs) {
  ServiceStandIn sidecar(Plain, socket());
  const ProgramResult job = RunProgram(WithSidecarDirectory(Run({"-c", "api"}, "echo $API_URL")));
  if (job.err.starts_with("unshare: ") || job.err.starts_with("mount: ")) GTEST_SKIP() << job.err;
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "https://api.example.com\n");
  const ProgramResult shown = RunProgram(WithSidecarDirectory(Run({"-c", "api", "--dry-run"}, "")));
  EXPECT_THAT(shown.out, HasSubstr("  sidecar:/run/injector/sidecar.sock\n"));
}

TEST_F(ShimSidecarTest, TheDefaultIsWaitedForAndNeverSkipped) {
  directory_.Write("connections.yaml",
                   "version: 1\nconnections:\n  http:\n    api: {host: other.example.com}\n");
  ProgramRun run = Run({"-c", "api", "--fetch-timeout", "100ms"}, "echo $API_URL");
  const ProgramResult job = RunProgram(WithSidecarDirectory(std::move(run)));
  if (job.err.starts_with("unshare: ") || job.err.starts_with("mount: ")) GTEST_SKIP() << job.err;
  EXPECT_EQ(job.exit_status, 124) << job.err;
  EXPECT_EQ(job.out, "");
  EXPECT_THAT(job.err, HasSubstr("sidecar:/run/injector/sidecar.sock: "));
  EXPECT_THAT(job.err, HasSubstr("/run/injector is here"));
}

TEST_F(ShimSidecarTest, OneThatNeverComesIsNamed) {
  const ProgramResult job = RunProgram(
      Run({"--source", "sidecar:" + socket(), "-c", "api", "--fetch-timeout", "100ms"}, ""));
  EXPECT_EQ(job.exit_status, 124);
  EXPECT_THAT(job.err, HasSubstr("connect to " + socket() + ": no such file or directory\n"));
  EXPECT_THAT(job.err, HasSubstr("hint: see that the sidecar runs"));
}

TEST_F(ShimSidecarTest, OneThatComesLateIsWaitedFor) {
  RunningProgram job(Run({"--source", "sidecar:" + socket(), "-c", "api"}, "echo $API_URL"));
  ServiceStandIn sidecar(Plain, socket());
  EXPECT_EQ(job.Finish().out, "https://api.example.com\n");
}

TEST_F(ShimSidecarTest, FallsBackWhereItStaysAway) {
  Add("api", "http", R"({"host": "fallback.example.com"})");
  const ProgramResult job =
      RunProgram(Run({"--source", "sidecar:" + socket(), "-c", "api", "--fetch-timeout", "50ms",
                      "--fallback", "file:" + store()},
                     "echo $API_URL"));
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "https://fallback.example.com\n");
  EXPECT_THAT(job.err, HasSubstr("fallback"));
}

TEST_F(ShimSidecarTest, ARefusalIsFinalAndNamesTheSidecar) {
  ServiceStandIn sidecar(
      [](const SeenRequest&) { return ProblemAnswer(403, "not_granted", "not allowed here"); },
      socket());
  const ProgramResult job =
      RunProgram(Run({"--source", sidecar.url(), "-c", "api", "--fetch-timeout", "1h"}, "true"));
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr(sidecar.url() + ": not allowed here"));
}

TEST_F(ShimSidecarTest, OneThatIsStartedAnewCostsTheJobNothing) {
  std::optional<ServiceStandIn> sidecar;
  sidecar.emplace(Plain, socket());
  RunningProgram job(Run({"--source", "sidecar:" + socket(), "-c", "api"}, R"(
      cp "$NETRC" old; echo ready; until ! cmp -s "$NETRC" old; do :; done
      cat "$NETRC"; read x <go; exit 3)"));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  sidecar.reset();
  sidecar.emplace(StartedAnew, socket());
  sidecar->WaitFor("GET /v1/grants/lease-2/changes?after=1");
  LetTheJobGoOn();
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 3) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("password ***"));
  EXPECT_THAT(ended.out, Not(HasSubstr("canary")));
  EXPECT_TRUE(sidecar->Saw("DELETE /v1/grants/lease-2"));
}

// One connection `images`, for which docker asks the shim.
std::string Images(int version, const std::string& password) {
  return R"([{"name": "images", "type": "docker", "default": true, "version": )" +
         std::to_string(version) +
         R"(, "fields": {"registry": "ghcr.io", "login": "me", "delivery": "helper",
             "password": ")" +
         password + R"("}, "secretFields": ["password"]}])";
}

// A sidecar that lends `first`, and `second` once `has_changed`.
ServiceStandIn::Answerer Changing(const std::atomic<bool>& has_changed, const std::string& first,
                                  const std::string& second) {
  return [&has_changed, first, second](const SeenRequest& request) {
    if (request.line == "POST /v1/grants") return GrantAnswer(first);
    if (request.line.starts_with("DELETE")) return JsonAnswer(204, "");
    if (!has_changed) return ChangesAnswer(1);
    if (request.line.starts_with("POST")) return RenewalAnswer(2, second);
    return ChangesAnswer(2, request.line.find("after=2") == request.line.npos ? second : "[]");
  };
}

// As when the shim is upgraded meanwhile.
TEST_F(ShimSidecarTest, AJobOutlivesTheFileOfItsShim) {
  std::atomic<bool> has_changed = false;
  ServiceStandIn sidecar(Changing(has_changed, Images(1, kFirst), Images(2, kSecond)), socket());
  ProgramRun run = Run({"--source", sidecar.url(), "-c", "images"}, R"sh(
      ask() { echo ghcr.io | docker-credential-runner-shim get; }
      ask >first; cp shim other; mv -f other shim; echo ready
      for i in $(seq 1000); do ask >second; cmp -s first second || exit 3; done)sh");
  run.argv[0] = directory_ / "shim";
  std::filesystem::copy_file(shim_path(), run.argv[0]);
  RunningProgram job(std::move(run));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  has_changed = true;
  sidecar.WaitFor("POST /v1/grants/lease-1/renew");
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 3) << ended.err;
  EXPECT_THAT(ended.err, Not(HasSubstr("cannot be given")));
}

TEST_F(ShimSidecarTest, ACommandThatIsStartedAnewIsNotGivenTheShimsConnection) {
  std::atomic<bool> has_changed = false;
  ServiceStandIn sidecar(Changing(has_changed, Api(1, kFirst), Api(2, kSecond)), socket());
  RunningProgram job(Run({"--source", sidecar.url(), "-c", "api", "--on-rotate", "restart"}, R"sh(
      [ ! -e here ] || { ls -l /proc/$$/fd | grep -c socket:; exit 5; }
      touch here; echo ready; while :; do sleep 0.02; done)sh"));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  has_changed = true;
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 5) << ended.err;
  EXPECT_EQ(ended.out, "ready\n0\n");
}

TEST_F(ShimSidecarTest, OneThatGoesAwayIsSaidOnce) {
  std::optional<ServiceStandIn> sidecar;
  sidecar.emplace(Plain, socket());
  RunningProgram job(
      Run({"--source", "sidecar:" + socket(), "-c", "api"}, "echo ready; read x <go; exit 3"));
  ASSERT_TRUE(job.WaitForOutput("ready\n"));
  sidecar.reset();
  std::string said;
  while (said.find("goes on with what it has") == said.npos) said += job.ReadErrors(64);
  LetTheJobGoOn();
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 3);
  const std::string& all = ended.err;
  EXPECT_EQ(all.find("goes on with what it has"), all.rfind("goes on with what it has"));
}

TEST_F(ShimSidecarTest, AwsToolsAreSentToItsEndpoint) {
  ServiceStandIn sidecar(
      [](const SeenRequest& request) {
        if (request.line != "POST /v1/grants") return Plain(request);
        return JsonAnswer(201, R"({"id": "lease-1", "secret": "s", "revision": 1,
            "expiresAt": "2099-01-01T00:00:00Z", "variables": [], "connections": [
              {"name": "prod", "type": "aws", "version": 1, "secretFields": ["secret_access_key"],
               "fields": {"access_key_id": "AKIAEXAMPLE", "delivery": "endpoint",
                          "secret_access_key": "key-canary-1"}}],
            "endpoint": {"url": "http://127.0.0.1:4711/v1/credentials", "token": "tok-canary-1"}})");
      },
      socket());
  const ProgramResult job = RunProgram(Run({"--source", sidecar.url(), "-c", "prod"}, R"(
      echo $AWS_CONTAINER_CREDENTIALS_FULL_URI; echo $AWS_CONTAINER_AUTHORIZATION_TOKEN
      cat $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE; echo; echo key-canary-1; env | grep -c KEY)"));
  EXPECT_EQ(job.out, "http://127.0.0.1:4711/v1/credentials/aws/prod\n***\n***\n***\n0\n")
      << job.err;
}

TEST_F(ShimSidecarTest, WithExecNobodyWouldHoldTheLease) {
  ServiceStandIn sidecar(Plain, socket());
  ProgramRun run = Run({"-c", "api", "--exec"}, "echo started");
  const ProgramResult job = RunProgram(WithSidecarDirectory(std::move(run)));
  if (job.err.starts_with("unshare: ") || job.err.starts_with("mount: ")) GTEST_SKIP() << job.err;
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr("--exec"));
  EXPECT_EQ(job.out, "");
}

}  // namespace
}  // namespace injector::testing
