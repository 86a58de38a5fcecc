// The exit status of the shim is the command's, whatever it was.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/integration/supervision/shim_process.h"
#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ExitStatus, PassesEveryCodeOn) {
  for (int code = 0; code < 256; ++code) {
    EXPECT_EQ(RunShim({TestProgram("exit_with"), "code", std::to_string(code)}).exit_status, code);
  }
}

TEST(ExitStatus, Is128PlusTheSignalThatEndedTheCommand) {
  for (int signal = 1; signal < NSIG; ++signal) {
    const bool ends_nothing = signal == SIGCHLD || signal == SIGCONT || signal == SIGURG ||
                              signal == SIGWINCH || signal == SIGSTOP || signal == SIGTSTP ||
                              signal == SIGTTIN || signal == SIGTTOU;
    const bool belongs_to_the_c_library = signal == 32 || signal == 33;
    if (ends_nothing || belongs_to_the_c_library) continue;
    EXPECT_EQ(RunShim({TestProgram("exit_with"), "signal", std::to_string(signal)}).exit_status,
              128 + signal);
  }
}

class StartFailureTest : public ::testing::Test {
 protected:
  std::string MakeFile(const std::string& name, const std::string& content, mode_t mode) {
    const std::string path = directory_.Write(name, content);
    ::chmod(path.c_str(), mode);
    return path;
  }

  // Runs `command` with `search_path` as the job's PATH.
  ProgramResult RunWithPath(const std::string& search_path, std::vector<std::string> command) {
    ShimProcess::Setup setup{{}, std::move(command)};
    setup.wrapper = {"env", "PATH=" + search_path};
    return RunShim(setup);
  }

  const injector::testing::TempDir directory_;
};

TEST_F(StartFailureTest, NotFoundIs127) {
  for (const std::string name :
       {"no-such-command", "./no-such-file", "/no/such/directory/file", ""}) {
    const ProgramResult finished = RunShim({name});
    EXPECT_EQ(finished.exit_status, 127) << name;
    EXPECT_THAT(finished.err, StartsWith("runner-shim: run " + name + ": "));
  }
}

TEST_F(StartFailureTest, FoundButNotExecutableIs126) {
  const std::string plain = MakeFile("plain", "data", 0644);
  const std::string bad_interpreter = MakeFile("script", "#!/no/such/interpreter\n", 0755);
  for (const std::string& path : {plain, bad_interpreter, directory_.path()}) {
    EXPECT_EQ(RunShim({path}).exit_status, 126) << path;
  }
  EXPECT_THAT(RunShim({bad_interpreter}).err, HasSubstr("its interpreter is missing"));
}

TEST_F(StartFailureTest, AnExecutableLaterInPathWinsOverOneThatMayNotBeRun) {
  MakeFile("tool", "data", 0644);
  std::filesystem::create_directory(directory_ / "later");
  MakeFile("later/tool", "#!/bin/sh\nexit 42\n", 0755);
  const std::string first = directory_.path();
  EXPECT_EQ(RunWithPath(first + ":" + first + "/later", {"tool"}).exit_status, 42);
  EXPECT_EQ(RunWithPath(first + ":/no/such", {"tool"}).exit_status, 126);
  EXPECT_EQ(RunWithPath("/no/such:" + first + "/plain", {"tool"}).exit_status, 127);
}

TEST_F(StartFailureTest, AScriptWithoutFirstLineIsRunByTheShell) {
  const std::string script = MakeFile("script", "echo \"$0 $1 $2\"; exit 3\n", 0755);
  const ProgramResult finished = RunShim({script, "a b", "c"});
  EXPECT_EQ(finished.exit_status, 3);
  EXPECT_EQ(finished.out, script + " a b c\n");
}

TEST_F(StartFailureTest, AnEmptyPathElementIsTheWorkingDirectory) {
  MakeFile("tool", "#!/bin/sh\nexit 42\n", 0755);
  ShimProcess::Setup setup{{"--cwd", directory_.path()}, {"tool"}};
  setup.wrapper = {"env", "PATH=/no/such:"};
  EXPECT_EQ(RunShim(setup).exit_status, 42);
}

TEST_F(StartFailureTest, AMissingDirectoryIsOurOwnFailure) {
  const ProgramResult finished =
      RunShim(ShimProcess::Setup{{"--cwd", "/no/such/directory"}, {"true"}});
  EXPECT_EQ(finished.exit_status, 125);
  EXPECT_THAT(finished.err,
              HasSubstr("--cwd: enter /no/such/directory: no such file or directory"));
  ShimProcess::Setup by_variable{{}, {"true"}};
  by_variable.wrapper = {"env", "INJECTOR_CWD=/no/such/directory"};
  EXPECT_THAT(RunShim(by_variable).err, HasSubstr("INJECTOR_CWD: enter /no/such/directory: "));
}

TEST_F(StartFailureTest, TooFewDescriptorsAreOurOwnFailure) {
#ifdef SANITIZED
  GTEST_SKIP() << "the sanitizers' runtime opens descriptors of its own to look at an object";
#endif
  for (rlim_t descriptors = 5; descriptors <= 10; ++descriptors) {
    ShimProcess::Setup setup{{}, {"true"}};
    setup.before_exec = [descriptors] {
      const rlimit limit = {.rlim_cur = descriptors, .rlim_max = descriptors};
      ::setrlimit(RLIMIT_NOFILE, &limit);
    };
    const ProgramResult finished = RunShim(setup);
    EXPECT_EQ(finished.exit_status, 125) << descriptors;
    EXPECT_THAT(finished.err, HasSubstr("too many open files"));
  }
}

TEST_F(StartFailureTest, NoProcessToBeHadIsOurOwnFailure) {
  ShimProcess::Setup setup{{}, {"true"}};
  // The leak sanitizer would want a process of its own at the end, and exit with 1.
  setup.wrapper = {"env", "ASAN_OPTIONS=detect_leaks=0"};
  setup.before_exec = [] {
    // The limit does not hold for root.
    if (::setuid(4321) != 0 && ::geteuid() == 0) ::_exit(98);
    const rlimit limit = {.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_NPROC, &limit);
  };
  const ProgramResult finished = RunShim(setup);
  EXPECT_EQ(finished.exit_status, 125);
  EXPECT_THAT(finished.err, StartsWith("runner-shim: fork: "));
}

TEST_F(StartFailureTest, TakesTheLongestArgumentThatTheSystemTakes) {
  EXPECT_EQ(RunShim({"true", std::string(131'071, 'x')}).exit_status, 0);
}

TEST(ExecInPlace, BecomesTheCommand) {
  ShimProcess shim(ShimProcess::Setup{{"--exec"}, {"sh", "-c", "echo $$; exit 7"}});
  EXPECT_EQ(shim.ReadLine(), std::to_string(shim.pid()));
  EXPECT_EQ(shim.Wait(), 7);
}

TEST(ExecInPlace, SaysWhyItCannot) {
  const ProgramResult finished = RunShim(ShimProcess::Setup{{"--exec"}, {"no-such-command"}});
  EXPECT_EQ(finished.exit_status, 127);
  EXPECT_EQ(finished.err, "runner-shim: run no-such-command: not found in PATH\n");
}

}  // namespace
}  // namespace runner_shim
