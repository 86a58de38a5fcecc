// How long fetching may take, and what is opened for it.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

class FetchTimeTest : public JobTest {
 protected:
  FetchTimeTest() {
    Add("db", "postgres", R"({"host": "h", "password": "fetch-canary-1"})");
    EXPECT_EQ(::mkfifo(fifo_.c_str(), 0600), 0);
  }
  const std::string fifo_ = directory_ / "fifo";
};

TEST_F(FetchTimeTest, IsOverWhenNobodyHandsTheKeyOut) {
  for (const char* action : {"--dry-run", "--dry-run=0"}) {
    const ProgramResult job = Shim({"--fetch-timeout", "50ms", action, "--key-file", fifo_, "-c",
                                    "db", "--", "touch", directory_ / "ran"});
    EXPECT_EQ(job.exit_status, 124) << job.err;
    EXPECT_EQ(job.out, "");
    EXPECT_NE(job.err.find("runner-shim: fetch credentials from file:" + store() +
                           ": not done within 50 ms\nhint: "),
              std::string::npos)
        << job.err;
    EXPECT_NE(::access((directory_ / "ran").c_str(), F_OK), 0);
  }
}

TEST_F(FetchTimeTest, ComesFromTheVariableToo) {
  EXPECT_EQ(Shim({"--key-file", fifo_, "-c", "db", "--", "true"}, {"INJECTOR_FETCH_TIMEOUT=50ms"})
                .exit_status,
            124);
}

TEST_F(FetchTimeTest, DoesNotBoundTheJob) {
  EXPECT_EQ(Shim({"--fetch-timeout", "5s", "-c", "db", "--", "true"}).exit_status, 0);
}

TEST_F(FetchTimeTest, TermEndsADryRunThatWaits) {
  RunningProgram shim({.argv = {shim_path(), "--dry-run", "--key-file", fifo_, "-c", "db"},
                       .environment = Environment(),
                       .stdin_bytes = "",
                       .working_directory = directory_.path()});
  // Opening the other end without waiting works once the shim waits at its own.
  int writer = -1;
  while (writer < 0) writer = ::open(fifo_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  shim.Signal(SIGTERM);
  EXPECT_EQ(shim.Finish().exit_status, 128 + SIGTERM);
  ::close(writer);
}

TEST_F(FetchTimeTest, IsOverWhenAJobFileOrWhatItNamesIsNotHandedOut) {
  directory_.Write("policy.yaml", "version: 1\nconnections:\n- ref: db\n  policy: fifo\n");
  directory_.Write("template.yaml", "version: 1\nfiles:\n- {template: fifo, env: CONFIG}\n");
  for (const std::string& file :
       {fifo_, directory_ / "policy.yaml", directory_ / "template.yaml"}) {
    const ProgramResult job = Shim({"--fetch-timeout", "50ms", "--job", file, "--", "true"});
    EXPECT_EQ(job.exit_status, 124) << job.err;
    EXPECT_NE(job.err.find("runner-shim: read " + file +
                           " and the files it names: not done within "
                           "50 ms\nhint: "),
              std::string::npos)
        << job.err;
  }
}

TEST_F(FetchTimeTest, TermEndsAShimThatWaitsForItsJobFile) {
  RunningProgram shim({.argv = {shim_path(), "--job", fifo_, "--", "true"},
                       .environment = Environment(),
                       .stdin_bytes = "",
                       .working_directory = directory_.path()});
  int writer = -1;
  while (writer < 0) writer = ::open(fifo_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  shim.Signal(SIGTERM);
  EXPECT_EQ(shim.Finish().exit_status, 128 + SIGTERM);
  ::close(writer);
}

TEST_F(FetchTimeTest, WithoutAConnectionNoSourceIsOpened) {
  // Each of them would be read by a shim that asks for something; reading this one takes for ever.
  directory_.Write("connections.yaml", "not: [yaml");
  directory_.Write(".env", "LEAKED_FROM_DOTENV=1\n");
  const ProgramResult job = Shim({"--key-file", fifo_, "--source", "file:" + fifo_, "--", "env"},
                                 {"PIPELINE_ENCRYPTION_KEY=not-a-key"});
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out.find("LEAKED"), std::string::npos);
}

}  // namespace
}  // namespace injector::testing
