// Credentials that change at the real service while a job runs under the real runner-shim.

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "tests/integration/service/service_program.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kOld[] = "first-canary-f3b2c1";
constexpr char kNew[] = "second-canary-9d8e7f";

std::string ConfigOf(const std::string& password) {
  return R"({"host":"api.example.com","login":"ci","password":")" + password + "\"}";
}

// A repo with the connection `api`, whose password is in a netrc file, and a job that has it.
class RotationTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  RotationTest() {
    const Reply made =
        admin_.Post("/api/v1/service-connections",
                    R"({"name":"api","type":"http","config":)" + ConfigOf(kOld) + "}");
    id_ = made.At({"id"});
    EXPECT_EQ(admin_.Post(kAttached, R"({"connectionId":")" + id_ + "\"}").status, 201);
    EXPECT_EQ(::mkfifo((directory_ / "go").c_str(), 0600), 0);
  }

  void Start(std::vector<std::string> options, const std::string& script) {
    std::vector<std::string> argv = {tests::ShimUnderTest(),
                                     "--source",
                                     world_.url(),
                                     "--repo",
                                     "acme/web",
                                     "--token-file",
                                     directory_.Write("token", runner_),
                                     "-c",
                                     "api"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {"--", "bash", "-c", script});
    job_.emplace(ProgramRun{.argv = std::move(argv),
                            .environment = {"XDG_RUNTIME_DIR=" + directory_.path()},
                            .stdin_bytes = "",
                            .working_directory = directory_.path()});
    EXPECT_TRUE(job_->WaitForOutput("ready\n"));
  }
  void Patch(const std::string& patch) {
    EXPECT_EQ(
        admin_.Send("PATCH", "/api/v1/service-connections/" + id_, patch, {{"If-Match", "\"1\""}})
            .status,
        200);
  }
  void ChangePassword() { Patch(R"({"config":)" + ConfigOf(kNew) + "}"); }
  // The shim has heard of the change; what it does about it is under way, or done.
  void WaitForRenewal() {
    while (admin_.Get("/api/v1/audit?limit=200").body.find("grant.renew") == std::string::npos) {
    }
  }
  void LetTheJobGoOn() { std::ofstream(directory_ / "go") << "go\n"; }

  static constexpr char kAttached[] = "/api/v1/repos/acme%2Fweb/service-connections";
  const TempDir directory_;
  ServiceWorld world_{GetParam()};
  const std::string org_ = world_.MakeOrg();
  ServiceClient admin_ = world_.Client(world_.Token(org_, {.role = Role::kAdmin}));
  const std::string runner_ = world_.Token(org_, {.role = Role::kRunner, .repos = {"acme/web"}});
  std::string id_;
  std::optional<RunningProgram> job_;
};

INSTANTIATE_TEST_SUITE_P(, RotationTest, kAllDatabases, DatabaseKindName());

TEST_P(RotationTest, ANewValueIsMaskedTheMomentItIsInItsFile) {
  Start({}, R"(cp "$NETRC" old; echo ready
               until ! cmp -s "$NETRC" old; do :; done; cat "$NETRC"; cat old; ls -A "${NETRC%/*}")");
  ChangePassword();
  const ProgramResult job = job_->Finish();
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_THAT(job.out, Not(HasSubstr(kNew)));
  EXPECT_THAT(job.out, Not(HasSubstr(kOld))) << "what it was stays a secret";
  EXPECT_THAT(job.out, HasSubstr("***"));
  EXPECT_THAT(job.out, Not(HasSubstr(".new"))) << "nothing of the writing is left";
  EXPECT_THAT(job.err, Not(HasSubstr("canary")));
}

TEST_P(RotationTest, ASignalTellsTheJob) {
  Start({"--on-rotate", "signal:USR1"}, R"(
    trap 'grep -c canary "$NETRC"; cmp -s "$NETRC" old || exit 4' USR1
    cp "$NETRC" old; echo ready; while :; do sleep 0.02; done)");
  ChangePassword();
  const ProgramResult job = job_->Finish();
  EXPECT_EQ(job.exit_status, 4) << job.err;
  EXPECT_EQ(job.out, "ready\n1\n");
}

// Ends with 5 where an earlier run has left other credentials.
constexpr char kUntilItIsNew[] = R"sh(
    if [ -e old ]; then cmp -s "$NETRC" old || { cat "$NETRC"; exit 5; }; fi
    cp "$NETRC" old; echo ready; while :; do sleep 0.02; done)sh";

TEST_P(RotationTest, RestartEndsTheCommandAndStartsItWithTheNewValues) {
  Start({"--on-rotate", "restart", "--log-format", "json"},
        std::string("trap 'echo asked to end; exit 7' TERM\n") + kUntilItIsNew);
  ChangePassword();
  const ProgramResult job = job_->Finish();
  EXPECT_EQ(job.exit_status, 5) << job.err;
  EXPECT_THAT(job.out, HasSubstr("ready\nasked to end\n"));
  EXPECT_THAT(job.out, Not(HasSubstr("canary")));
  EXPECT_THAT(job.err, HasSubstr(R"("job.ended","exit_status":7)"));
  EXPECT_THAT(job.err, HasSubstr(R"("job.ended","exit_status":5)"));
  EXPECT_THAT(job.err, HasSubstr("started anew"));
}

TEST_P(RotationTest, KillAfterEndsACommandThatDoesNotHeedTheRestart) {
  Start({"--on-rotate", "restart", "--kill-after", "50ms"},
        std::string("trap '' TERM\n") + kUntilItIsNew);
  ChangePassword();
  EXPECT_EQ(job_->Finish().exit_status, 5);
}

TEST_P(RotationTest, NothingHappensWhenNothingChangedForTheJob) {
  Start({"--on-rotate", "restart"}, R"(echo ready; read x <go; echo done)");
  Patch(R"({"description":"the same by another name"})");
  WaitForRenewal();
  LetTheJobGoOn();
  const ProgramResult job = job_->Finish();
  EXPECT_EQ(job.exit_status, 0);
  EXPECT_EQ(job.out, "ready\ndone\n");
  EXPECT_THAT(job.err, Not(HasSubstr("changed")));
}

TEST_P(RotationTest, AConnectionThatIsTakenAwayIsSaidAndKept) {
  Start({"--on-rotate", "restart"}, R"(echo ready; read x <go; grep -c api.example.com "$NETRC")");
  EXPECT_EQ(admin_.Delete(std::string(kAttached) + "/" + id_).status, 204);
  WaitForRenewal();
  LetTheJobGoOn();
  const ProgramResult job = job_->Finish();
  EXPECT_EQ(job.exit_status, 0);
  EXPECT_EQ(job.out, "ready\n1\n");
  EXPECT_THAT(job.err, HasSubstr("@http.api is not lent to this job any more"));
}

TEST_P(RotationTest, ATermWhileItIsBeingRestartedEndsItForGood) {
  Start({"--on-rotate", "restart"}, R"(
    trap 'trap "" TERM; echo asked; read x <go; exit 6' TERM
    echo ready; while :; do sleep 0.02; done)");
  ChangePassword();
  EXPECT_TRUE(job_->WaitForOutput("asked\n"));
  job_->Signal(SIGTERM);
  LetTheJobGoOn();
  EXPECT_EQ(job_->Finish().exit_status, 6);
}

}  // namespace
}  // namespace injector::testing
