// The jobs of examples/jobs, as they stand there, with real tools against a server on loopback.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
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

using RedisExampleTest = JobTest;

// By a redis-cli that writes down what every process could read of it.
TEST_F(RedisExampleTest, PasswordIsOnNoCommandLine) {
  Add("cache", "redis", R"({"host": "r.test", "login": "app", "password": "canary-password-1",
                            "db": 2, "tls": true})");
  std::filesystem::create_directory(directory_ / "bin");
  const std::string program =
      directory_.Write("bin/redis-cli", "#!/bin/sh\nps -o args= $$ >\"$ARGUMENTS\"\necho 7\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string written = directory_ / "arguments";
  const ProgramResult job =
      Shim({"-c", "cache", "--", tests::SourceFile("../examples/jobs/redis-counter.sh")},
           {"PATH=" + (directory_ / "bin") + ":/usr/bin:/bin", "ARGUMENTS=" + written});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "build 7\n");
  std::ifstream arguments(written);
  std::string line;
  std::getline(arguments, line);
  EXPECT_THAT(line, EndsWith("redis-cli -h r.test -p 6379 --user app -n 2 --tls incr builds"));
}

}  // namespace
}  // namespace injector::testing
