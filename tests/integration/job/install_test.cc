// `runner-shim install DIR` and `--licenses`.

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "tests/integration/job/job_fixture.h"

namespace injector::testing {
namespace {

namespace fs = std::filesystem;

class InstallTest : public JobTest {
 protected:
  InstallTest() { fs::create_directory(tools_); }

  std::size_t FilesInTools() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(tools_), {}));
  }

  const std::string tools_ = directory_ / "tools";
  const std::string copy_ = tools_ + "/runner-shim";
};

TEST_F(InstallTest, MakesACopyThatEverybodyCanRun) {
  const mode_t before = ::umask(077);
  const ProgramResult install = Shim({"install", tools_});
  ::umask(before);
  EXPECT_EQ(install.exit_status, 0) << install.err;
  EXPECT_EQ(install.out, copy_ + "\n");
  EXPECT_EQ(fs::status(copy_).permissions(), fs::perms{0755});
  EXPECT_EQ(directory_.Read("tools/runner-shim"), [&] {
    fs::copy_file(shim_path(), directory_ / "original");
    return directory_.Read("original");
  }());
  const ProgramResult job = RunProgram({.argv = {copy_, "--", "sh", "-c", "exit 7"},
                                        .environment = Environment(),
                                        .stdin_bytes = "",
                                        .working_directory = tools_});
  EXPECT_EQ(job.exit_status, 7) << job.err;
}

// An executing program cannot be written to (ETXTBSY), and a link must not be written through.
TEST_F(InstallTest, ReplacesWhatIsThereInOneStep) {
  ASSERT_EQ(Shim({"install", tools_}).exit_status, 0);
  RunningProgram job({.argv = {copy_, "--", "sh", "-c", "echo ready; read line"},
                      .environment = Environment(),
                      .stdin_bytes = "go\n",
                      .working_directory = tools_});
  EXPECT_TRUE(job.WaitForOutput("ready"));
  EXPECT_EQ(Shim({"install", tools_ + "/"}).exit_status, 0);
  EXPECT_EQ(job.Finish().exit_status, 0);
  EXPECT_EQ(FilesInTools(), 1U);

  directory_.Write("other", "untouched");
  fs::remove(copy_);
  fs::create_symlink(directory_ / "other", copy_);
  EXPECT_EQ(Shim({"install", tools_}).exit_status, 0);
  EXPECT_EQ(directory_.Read("other"), "untouched");
  EXPECT_FALSE(fs::is_symlink(copy_));
}

TEST_F(InstallTest, SaysWhatIsWrongAndLeavesNothing) {
  const std::string missing = directory_ / "missing";
  directory_.Write("connections.enc.json", "a file");
  const std::pair<std::vector<std::string>, std::string> rows[] = {
      {{"install", missing}, "open " + missing + ": no such file or directory"},
      {{"install", store()}, "not a directory"},
      {{"install"}, "runner-shim install: which directory?"},
      {{"install", tools_, "--", "true"}, "runner-shim install runs no command"},
      {{"install", tools_, "more"}, "a command without -- before it"},
      {{"install", tools_, "-c", "db"}, "not an option of runner-shim install"},
  };
  for (const auto& [arguments, message] : rows) {
    const ProgramResult install = Shim(arguments);
    EXPECT_EQ(install.exit_status, 125) << message;
    EXPECT_EQ(install.out, "") << message;
    EXPECT_NE(install.err.find(message), std::string::npos) << install.err;
  }
  EXPECT_FALSE(fs::exists(missing));
  EXPECT_EQ(FilesInTools(), 0U);
}

TEST_F(InstallTest, LeavesNothingBesideADirectoryOfThatName) {
  fs::create_directories(copy_ + "/inner");
  EXPECT_EQ(Shim({"install", tools_}).exit_status, 125);
  EXPECT_EQ(FilesInTools(), 1U);
}

TEST_F(InstallTest, ShowsTheNoticesOfAllThatIsLinkedIn) {
  const ProgramResult shown = Shim({"--licenses"});
  EXPECT_EQ(shown.exit_status, 0) << shown.err;
  for (const char* part :
       {"MIT License", "libcurl", "Daniel Stenberg", "OpenSSL", "Apache License", "yaml-cpp",
        "Jesse Beder", "JSON for Modern C++", "Niels Lohmann", "CLI11", "University of Cincinnati",
        "libstdc++", "GCC Runtime Library Exception", "GNU C Library",
        "GNU LESSER GENERAL PUBLIC LICENSE", "END OF TERMS AND CONDITIONS"}) {
    EXPECT_NE(shown.out.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace injector::testing
