// The real runner-shim at the real service: what a job gets, and that it is given back.

#include <gmock/gmock.h>

#include <csignal>

#include "tests/integration/service/service_program.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSecret = "wJalrXUtnFEMI-K7MDENG-example";

class ShimAtServiceTest : public ::testing::TestWithParam<DatabaseKind> {
 protected:
  ShimAtServiceTest() {
    const Reply made = admin_.Post("/api/v1/service-connections", AwsBody("prod", kSecret));
    EXPECT_EQ(admin_
                  .Post("/api/v1/repos/acme%2Fweb/service-connections",
                        R"({"connectionId":")" + made.At({"id"}) + "\"}")
                  .status,
              201);
  }

  ProgramResult RunJob(std::vector<std::string> options, const std::string& script) {
    const std::string token_file = directory_.Write("token", runner_);
    std::vector<std::string> argv = {tests::ShimUnderTest(), "--source", world_.url(),
                                     "--token-file", token_file};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {"--", "sh", "-c", script});
    return RunProgram({.argv = std::move(argv),
                       .environment = {"XDG_RUNTIME_DIR=" + directory_.path()},
                       .stdin_bytes = "",
                       .working_directory = directory_.path()});
  }

  const TempDir directory_;
  ServiceWorld world_{GetParam()};
  const std::string org_ = world_.MakeOrg();
  ServiceClient admin_ = world_.Client(world_.Token(org_, {.role = Role::kAdmin}));
  const std::string runner_ = world_.Token(org_, {.role = Role::kRunner, .repos = {"acme/web"}});
};

INSTANTIATE_TEST_SUITE_P(, ShimAtServiceTest, kAllDatabases, DatabaseKindName());

TEST_P(ShimAtServiceTest, AJobGetsWhatIsAttachedAndGivesItBack) {
  const ProgramResult job =
      RunJob({"--repo", "acme/web", "--attached"},
             "echo $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY; cat token; exit 3");
  EXPECT_EQ(job.exit_status, 3) << job.err;
  EXPECT_EQ(job.out, "AKIAEXAMPLE ***\n***") << "the token of the file is masked as well";
  const std::string audit = admin_.Get("/api/v1/audit").body;
  EXPECT_THAT(audit, HasSubstr("grant.create"));
  EXPECT_THAT(audit, HasSubstr("grant.release"));
}

TEST_P(ShimAtServiceTest, AJobOfAnotherRepoIsDenied) {
  const ProgramResult job = RunJob({"--repo", "acme/other", "-c", "prod"}, "echo started");
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_EQ(job.out, "");
  EXPECT_THAT(job.err, Not(HasSubstr(runner_)));
}

TEST_P(ShimAtServiceTest, AServiceThatIsGoneEndsTheWait) {
  world_.program().process().Signal(SIGKILL);
  world_.program().process().Wait();
  const ProgramResult job =
      RunJob({"--repo", "acme/web", "-c", "prod", "--fetch-timeout", "300ms"}, "echo started");
  EXPECT_EQ(job.exit_status, 124) << job.err;
  EXPECT_EQ(job.out, "");
}

}  // namespace
}  // namespace injector::testing
