// --exec: the shim becomes the command.

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

class ExecTest : public JobTest {
 protected:
  ExecTest() {
    Add("db", "postgres", R"({"host": "db.example.com", "password": "exec-canary-1"})");
    Add("registry", "docker",
        R"({"registry": "r.example.com", "username": "u", "password": "exec-canary-2"})");
  }
};

TEST_F(ExecTest, TheCommandHasTheShimsProcessAndItsCredentials) {
  std::vector<std::string> argv = {shim_path(), "--exec", "-c", "db", "--", "bash", "-c"};
  argv.push_back("echo $$ $PGHOST $PGPASSWORD; env | grep -c INJECTOR; exit 5");
  RunningProgram job({.argv = std::move(argv),
                      .environment = Environment(),
                      .stdin_bytes = "",
                      .working_directory = directory_.path()});
  const std::string pid = std::to_string(job.pid());
  const ProgramResult result = job.Finish();
  EXPECT_EQ(result.exit_status, 5) << result.err;
  // Not scrubbed: nobody is left to do it.
  EXPECT_EQ(result.out, pid + " db.example.com exec-canary-1\n0\n");
}

TEST_F(ExecTest, IsRefusedWithFilesAndNothingIsWritten) {
  const ProgramResult job = Shim({"--exec", "-c", "registry", "--", "touch", directory_ / "ran"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_NE(job.err.find("docker.registry: needs a file"), std::string::npos) << job.err;
  EXPECT_EQ(PrivateDirectories(), 0U);
  EXPECT_NE(::access((directory_ / "ran").c_str(), F_OK), 0);
  EXPECT_EQ(Shim({"--exec", "--dry-run", "-c", "registry"}).exit_status, 125);
}

TEST_F(ExecTest, IsRefusedBeforeAnyFetchWhereTheCommandLineShowsIt) {
  // Who reads this key waits for ever.
  const std::string fifo = directory_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::vector<std::string> wishes[] = {
      {"--mask", "[x]"},       {"--min-length", "4"}, {"--short-secrets", "error"},
      {"--on-leak", "fail"},   {"--scrub-env", "X*"}, {"--files-dir", "/tmp"},
      {"--kill-after", "10s"}, {"--tty", "always"},   {"--source", "unix:/run/x.sock"}};
  for (const std::vector<std::string>& wish : wishes) {
    std::vector<std::string> arguments = {"--exec", "--key-file", fifo, "-c", "db"};
    arguments.insert(arguments.end(), wish.begin(), wish.end());
    arguments.insert(arguments.end(), {"--", "true"});
    const ProgramResult job = Shim(std::move(arguments));
    EXPECT_EQ(job.exit_status, 125) << wish.front();
    EXPECT_NE(job.err.find("--exec cannot go with "), std::string::npos) << job.err;
  }
}

}  // namespace
}  // namespace injector::testing
