// What an ordinary user's shim keeps from others and from its own job. Run as root, the test
// becomes such a user; run by one, it is one.

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/any_user.h"

namespace injector::testing {
namespace {

constexpr uid_t kUser = 65534;

void BecomeOrdinary() {
  if (::geteuid() != 0) return;
  if (::setgroups(0, nullptr) != 0 || ::setgid(kUser) != 0 || ::setuid(kUser) != 0) ::_exit(98);
}

class OrdinaryUserTest : public JobTest {
 protected:
  void SetUp() override {
    Add("registry", "docker",
        R"({"registry": "r.example.com", "username": "u", "password": "user-canary-1"})");
    if (::geteuid() == 0) {
      const std::string owner = std::to_string(kUser);
      ASSERT_EQ(RunProgram({.argv = {"chown", "-R", owner + ":" + owner, directory_.path()},
                            .environment = {},
                            .stdin_bytes = "",
                            .working_directory = ""})
                    .exit_status,
                0);
    }
  }

  ProgramResult Run(const std::string& script) const {
    ProgramRun run{.argv = {shim_, "-c", "registry", "--", "bash", "-c", script},
                   .environment = Environment(),
                   .stdin_bytes = "",
                   .working_directory = directory_.path()};
    run.before_exec = BecomeOrdinary;
    return RunProgram(run);
  }

  const std::string shim_ = ForAnyUser(shim_path());
};

TEST_F(OrdinaryUserTest, PrivateFilesAreForThatUserAlone) {
  const ProgramResult job =
      Run("stat -c '%a %u' \"$DOCKER_CONFIG\" \"$DOCKER_CONFIG/config.json\"; id -u");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  const std::string user = std::to_string(::geteuid() == 0 ? kUser : ::geteuid());
  EXPECT_EQ(job.out, "700 " + user + "\n600 " + user + "\n" + user + "\n");
  EXPECT_EQ(PrivateDirectories(), 0U);
}

TEST_F(OrdinaryUserTest, TheJobCannotLookIntoTheShim) {
  // Root may look into anything: then these show nothing of the user's rights.
  for (const std::string name : {"environ", "mem", "maps", "fd/0"}) {
    const ProgramResult job = Run("head -c 1 /proc/$PPID/" + name);
    EXPECT_NE(job.exit_status, 0) << name;
    EXPECT_EQ(job.out, "") << name;
    EXPECT_NE(job.err.find("Permission denied"), std::string::npos) << name << job.err;
  }
  // But it is its parent, and of the same user.
  EXPECT_EQ(Run("kill -0 $PPID").exit_status, 0);
}

}  // namespace
}  // namespace injector::testing
