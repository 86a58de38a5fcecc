// More than execve(2) takes is named before it is tried.

#include <sys/resource.h>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

using ExecSizeTest = JobTest;

// A value may have 65,536 bytes; percent-encoded, in a URL, it has three times as many.
TEST_F(ExecSizeTest, OneLargeVariableIsNamed) {
  Add("large", "postgres", R"({"host": "h", "password": ")" + std::string(60'000, '@') + R"("})");
  const ProgramResult job = Shim({"-c", "large", "--", "true"});
  EXPECT_EQ(job.exit_status, 126);
  EXPECT_NE(job.err.find("variable DATABASE_URL: 180"), std::string::npos)
      << job.err.substr(0, 300);
  EXPECT_EQ(job.err.find("%40%40"), std::string::npos);
}

TEST_F(ExecSizeTest, TheLargestVariablesOfTooManyAreNamed) {
  const std::string value(60'000, 'x');
  Add("large", "generic",
      R"({"one": ")" + value + R"(", "two": "y)" + value + R"(", "three": ")" + value + R"("})");
  ProgramRun run{.argv = {shim_path(), "-c", "large", "--", "true"},
                 .environment = Environment(),
                 .stdin_bytes = "",
                 .working_directory = directory_.path()};
  run.before_exec = [] {
    const rlimit stack = {.rlim_cur = 512 * 1024, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_STACK, &stack);
  };
  const ProgramResult job = RunProgram(run);
  EXPECT_EQ(job.exit_status, 126);
  EXPECT_NE(job.err.find("the system takes at most 131072 here; largest variables: "),
            std::string::npos)
      << job.err.substr(0, 300);
  EXPECT_NE(job.err.find("TWO (600"), std::string::npos) << job.err.substr(0, 400);
  EXPECT_EQ(job.err.find("xxx"), std::string::npos);
}

}  // namespace
}  // namespace injector::testing
