// Jobs of examples/jobs with a directory of their own, with real tools at a server on loopback.

#include <gmock/gmock.h>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class JobExamplesTest : public JobTest {
 protected:
  JobExamplesTest() : server_(ServerRun()) { port_ = server_.ReadLine(); }
  ~JobExamplesTest() override { server_.Signal(SIGKILL); }

  static ProgramRun ServerRun() {
    ProgramRun run;
    run.argv = {"python3", tests::SourceFile("integration/examples/stand_in.py")};
    return run;
  }
  static std::string Example(const std::string& name) {
    return tests::SourceFile("../examples/jobs/" + name);
  }
  std::string Url() const { return "http://127.0.0.1:" + port_; }

  RunningProgram server_;
  std::string port_;
};

TEST_F(JobExamplesTest, BearerTokenReachesTheApiAndNotTheLog) {
  EXPECT_EQ(Injector({"variables", "set", "api_token", "--secret"}, "canary-token-1").exit_status,
            0);
  Add("data_api", "http", R"({"host": ")" + Url() + R"("})");
  const ProgramResult job =
      Shim({"--job", Example("bearer-token/job.yaml"), "--", Example("bearer-token/fetch.sh")});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, R"({"movies": ["Alien"], "you_sent": "Bearer ***"})");
  EXPECT_EQ(server_.ReadLine(), "GET /v1/movies Bearer canary-token-1 ");
}

TEST_F(JobExamplesTest, UploadGoesToTheBucketOfTheConnection) {
  Add("s3_bucket", "s3",
      R"({"schema": "my-bucket", "region": "eu-central-1", "access_key_id": "AKIAIOSFODNN7EXAMPLE",
          "secret_access_key": "canary-secret-key-1", "endpoint": ")" +
          Url() + R"("})");
  directory_.Write("report.txt", "of today");
  const ProgramResult job =
      Shim({"--render-env", "-c", "s3_bucket", "--", Example("s3-upload/upload.sh"), "report.txt"},
           {"DESTINATION=s3://{{ conn.s3_bucket.schema }}", "PATH=/usr/bin:/bin"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "upload: ./report.txt to s3://my-bucket/report.txt\n");
  EXPECT_THAT(server_.ReadLine(), AllOf(StartsWith("PUT /my-bucket/report.txt AWS4-HMAC-SHA256 "
                                                   "Credential=AKIAIOSFODNN7EXAMPLE/"),
                                        HasSubstr("/eu-central-1/s3/"), Not(HasSubstr("canary"))));
}

}  // namespace
}  // namespace injector::testing
