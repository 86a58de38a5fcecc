// git and the container tools ask for logins of a job, as git's store and as credential helpers.

#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HelpersTest : public JobTest {
 protected:
  // The environment of a user who has helpers of their own, which must not be asked.
  ProgramResult GitJob(const std::string& script) const {
    directory_.Write("gitconfig",
                     "[credential]\n  helper = \"!echo username=wrong; echo password=no; :\"\n"
                     "  useHttpPath = true\n  username = someone\n");
    return Shim(
        {"--source", "file:" + store(), "-c", "code", "--", "bash", "-c", script},
        {"GIT_CONFIG_GLOBAL=" + directory_ / "gitconfig", "GIT_CONFIG_NOSYSTEM=1",
         "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=user.name", "GIT_CONFIG_VALUE_0=Somebody"});
  }
  static constexpr char kFill[] = R"sh(
    fill() { printf 'protocol=%s\nhost=%s\n\n' "$@" | git credential fill 2>/dev/null; }
    fill https git.example.com >got; wc -l <got
    . ./got 2>/dev/null; echo "$username"; [ "$password" = token-canary-1 ] && echo right
    git config user.name)sh";
};

constexpr char kGitFields[] =
    R"({"host": "git.example.com", "login": "me", "token": "token-canary-1")";

TEST_F(HelpersTest, GitFindsTheTokenInItsStore) {
  Add("code", "git", std::string(kGitFields) + "}");
  const ProgramResult job = GitJob(kFill);
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out, "4\nme\nright\nSomebody\n") << job.err;
}

// git tells a helper what a server thought of a login; whatever it was, the file stays ours.
TEST_F(HelpersTest, GitCanNeitherTakeTheTokenBackNorReplaceIt) {
  Add("code", "git", std::string(kGitFields) + "}");
  const ProgramResult job = GitJob(R"sh(
    say() { printf 'protocol=https\nhost=git.example.com\nusername=me\npassword=%s\n\n' "$1"; }
    get() { printf 'protocol=https\nhost=%s\npath=acme/x.git\n\n' "$1" | git credential fill |
      grep -c token-canary-1; }
    say token-canary-1 | git credential reject; echo "= $?"; get git.example.com
    say another-token | git credential approve; echo "= $?"; get git.example.com:443)sh");
  EXPECT_EQ(job.out, "= 0\n1\n= 0\n1\n") << job.err;
}

// As of https://org@Git.Example.com: the login is the host's.
TEST_F(HelpersTest, GitMayAskForAnotherUserInAnotherCase) {
  for (const char* delivery : {"static", "helper"}) {
    Add("code", "git", std::string(kGitFields) + R"(, "delivery": ")" + delivery + "\"}");
    const ProgramResult job = GitJob(R"sh(
      printf 'protocol=https\nhost=Git.Example.COM\nusername=org\n\n' | git credential fill)sh");
    EXPECT_EQ(job.out, "protocol=https\nhost=Git.Example.COM\nusername=me\npassword=***\n")
        << delivery << job.err;
  }
}

TEST_F(HelpersTest, GitAsksTheShim) {
  Add("code", "git", std::string(kGitFields) + R"(, "delivery": "helper"})");
  const ProgramResult job = GitJob(std::string(kFill) + R"sh(
    find "$XDG_RUNTIME_DIR" -type f ! -name .lock
    fill https other.example.com | grep username
    printf 'protocol=https\nhost=git.example.com:443\n\n' | git credential fill | grep -c canary
    printf 'protocol=https\nhost=git.example.com\nusername=me\n\n' | git credential reject; echo $?
    printf 'protocol=https\nhost=git.example.com\n\n' | git credential fill)sh");
  EXPECT_EQ(job.exit_status, 0) << job.err;
  EXPECT_EQ(job.out,
            "4\nme\nright\nSomebody\nusername=wrong\n1\n0\n"
            "protocol=https\nhost=git.example.com\nusername=me\npassword=***\n")
      << job.err;
}

TEST_F(HelpersTest, DockerAsksTheShim) {
  Add("images", "docker", R"({"registry": "ghcr.io", "login": "me", "password": "docker-canary-1",
                              "delivery": "helper"})");
  const ProgramResult job = Job({"--source", "file:" + store(), "-c", "images"}, R"sh(
    ask() { printf "$2" | docker-credential-runner-shim "$1"; echo "= $?"; }
    ask get ghcr.io; ask get https://ghcr.io; ask get other.io; ask list; ask store '{}'
    grep -c canary "$DOCKER_CONFIG/config.json")sh");
  EXPECT_EQ(job.out,
            "{\"ServerURL\":\"ghcr.io\",\"Username\":\"me\",\"Secret\":\"***\"}\n= 0\n"
            "{\"ServerURL\":\"https://ghcr.io\",\"Username\":\"me\",\"Secret\":\"***\"}\n= 0\n"
            "credentials not found in native keychain\n= 1\n"
            "{}\n= 0\n"
            "runner-shim keeps no logins: the job's connections bring them\n= 1\n"
            "0\n")
      << job.err;
}

TEST_F(HelpersTest, OutsideOfAJobThereIsNobodyToAsk) {
  const std::string link = directory_ / "docker-credential-runner-shim";
  ASSERT_EQ(::symlink(shim_path().c_str(), link.c_str()), 0);
  const ProgramResult run = RunProgram({.argv = {link, "get"},
                                        .environment = Environment(),
                                        .stdin_bytes = "ghcr.io",
                                        .working_directory = directory_.path()});
  EXPECT_EQ(run.exit_status, 1);
  EXPECT_THAT(run.out, HasSubstr("no runner-shim here"));
}

TEST_F(HelpersTest, AJobInsideAJobAsksTheOuterOne) {
  Add("images", "docker", R"({"registry": "ghcr.io", "login": "me", "password": "docker-canary-1",
                              "delivery": "helper"})");
  const ProgramResult job = Job({"--source", "file:" + store(), "-c", "images"},
                                shim_path() +
                                    " -- sh -c 'printf ghcr.io | "
                                    "docker-credential-runner-shim get'");
  EXPECT_EQ(job.out, "{\"ServerURL\":\"ghcr.io\",\"Username\":\"me\",\"Secret\":\"***\"}\n")
      << job.err;
}

TEST_F(HelpersTest, ExecLeavesNobodyToAsk) {
  Add("images", "docker",
      R"({"login": "me", "password": "docker-canary-1", "delivery": "helper"})");
  const ProgramResult job =
      Shim({"--source", "file:" + store(), "-c", "images", "--exec", "--", "true"});
  EXPECT_EQ(job.exit_status, 125);
  EXPECT_THAT(job.err, HasSubstr("--exec"));
}

}  // namespace
}  // namespace injector::testing
