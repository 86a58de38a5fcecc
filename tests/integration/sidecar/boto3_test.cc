// An AWS SDK in a long job, at the sidecar's credential endpoint.

#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/integration/sidecar/sidecar_program.h"
#include "tests/support/canary.h"
#include "tests/support/paths.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Keeps one session and one client all the time, as a job does that trains a model for hours.
constexpr char kJob[] = R"py(
import boto3, datetime, logging, os, time

boto3.set_stream_logger("", logging.DEBUG)
session = boto3.Session()
credentials = session.get_credentials()
sts = session.client("sts", endpoint_url=os.environ["STS"])
first = credentials.get_frozen_credentials()
end = credentials._expiry_time
print("first", first.secret_key)
print("ready", flush=True)
while datetime.datetime.now(datetime.timezone.utc) <= end:
    time.sleep(0.05)
print("past the end of the first")
while credentials.get_frozen_credentials().secret_key == first.secret_key:
    time.sleep(0.05)
print("account", sts.get_caller_identity()["Account"])
print("second", credentials.get_frozen_credentials().secret_key)
)py";

// STS, for which only the second secret is the right one. Says its port.
RunningProgram StartSts(const TempDir& directory) {
  ProgramRun run;
  run.argv = {"python3", tests::SourceFile("integration/types/http_stand_in.py"),
              directory.Write("checks.json", R"({"key_id":"AKIAEXAMPLE","secret_key":")" +
                                                 std::string(kSecondSecret) + "\"}")};
  run.environment = OwnEnvironment();
  return RunningProgram(run);
}

TEST_F(SidecarTest, Boto3AsksAgainPastTheEndOfItsCredentials) {
  if (std::getenv("EVERY_TOOL") == nullptr) GTEST_SKIP() << "only with EVERY_TOOL";
  ASSERT_EQ(admin_
                .Send("PATCH", "/api/v1/service-connections/" + main_id_,
                      R"({"config":{"delivery":"endpoint"}})", {{"If-Match", "\"1\""}})
                .status,
            200);
  RunningProgram sts = StartSts(directory_);
  // Long enough for a slow machine to bring them to the job before they end.
  SidecarProgram sidecar = Start(
      {"--endpoint-listen", "127.0.0.1:0", "--credential-life", "10s", "--log-level", "debug"});
  ProgramRun run;
  run.argv = {tests::ShimUnderTest(),
              "--source",
              "sidecar:" + socket_,
              "-c",
              "@aws.main",
              "--",
              "python3",
              "-c",
              kJob};
  run.environment = OwnEnvironment();
  run.environment.push_back("STS=http://127.0.0.1:" + sts.ReadLine());
  run.environment.push_back("XDG_RUNTIME_DIR=" + directory_.path());
  run.working_directory = directory_.path();
  RunningProgram job(run);
  ASSERT_TRUE(job.WaitForOutput("ready\n")) << job.Finish().err;
  Rotate(kSecondSecret, 2);
  const ProgramResult ended = job.Finish();
  EXPECT_EQ(ended.exit_status, 0) << ended.err;
  EXPECT_EQ(ended.out,
            "first ***\nready\npast the end of the first\naccount 123456789012\nsecond ***\n");
  EXPECT_THAT(ended.err, HasSubstr("AKIAEXAMPLE")) << "it says what it does";
  for (const std::string_view secret : {kFirstSecret, kSecondSecret}) {
    EXPECT_THAT(ExposedForms(secret, ended.out + ended.err + sidecar.Log()), IsEmpty());
  }
}

}  // namespace
}  // namespace injector::testing
