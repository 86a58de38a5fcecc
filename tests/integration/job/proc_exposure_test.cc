// What /proc shows of a running shim and its job. Run as root it sees everything that root sees.

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/integration/job/job_fixture.h"
#include "tests/support/canary.h"

namespace injector::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kSecret[] = "canary-5e884898da28047151d0";
constexpr char kKey[] = "6b65792d63616e6172792d303132333435363738396162636465663031323334";

std::string ReadProc(pid_t pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string StatusLine(pid_t pid, const std::string& name) {
  const std::string status = ReadProc(pid, "status");
  const std::size_t start = status.find(name + ":\t");
  if (start == std::string::npos) return "";
  return status.substr(start, status.find('\n', start) - start);
}

std::set<std::string> OpenFiles(pid_t pid) {
  std::set<std::string> targets;
  std::error_code denied;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", denied)) {
    targets.insert(fs::read_symlink(entry.path(), denied).string());
  }
  return targets;
}

// A job that is running: the shim, and the process it started.
class ProcExposureTest : public JobTest {
 protected:
  void SetUp() override {
    Add("canary", "postgres",
        R"({"host": "db.example.com", "password": ")" + std::string(kSecret) + R"("})");
    // The store is opened again with a key that stands in the environment, as in many CI systems.
    directory_.Write("key2", kKey);
    ASSERT_EQ(Injector({"connections", "rekey", "--new-key-file", directory_ / "key2"}).exit_status,
              0);
    std::vector<std::string> environment = {"INJECTOR_STORE=" + store(),
                                            "PIPELINE_ENCRYPTION_KEY=" + std::string(kKey),
                                            "XDG_RUNTIME_DIR=" + runtime_directory()};
    job_.emplace(ProgramRun{.argv = {shim_path(), "-c", "canary", "--", "bash", "-c",
                                     "echo child $$ ready; exec sleep 1000"},
                            .environment = std::move(environment),
                            .stdin_bytes = "",
                            .working_directory = directory_.path()});
    ASSERT_TRUE(job_->WaitForOutput("ready\n"));
    child_ = std::stoi(job_->out().substr(6));
    // Asleep as `sleep`: before that /proc shows an execve half done, or the loader's open files.
    while (ReadProc(child_, "comm") != "sleep\n" ||
           StatusLine(child_, "State").find("S (sleeping)") == std::string::npos) {
      ::usleep(1000);
    }
  }
  void TearDown() override {
    if (job_) job_->Signal(SIGTERM);
  }
  pid_t shim() const { return job_->pid(); }
  pid_t child() const { return child_; }

 private:
  std::optional<RunningProgram> job_;
  pid_t child_ = -1;
};

TEST_F(ProcExposureTest, ShimShowsNoSecretAndNoKey) {
  for (const char* name : {"environ", "cmdline", "status", "maps", "comm", "stat", "auxv"}) {
    const std::string content = ReadProc(shim(), name);
    EXPECT_EQ(ExposedForms(kSecret, content), std::vector<std::string>{}) << name;
    EXPECT_EQ(ExposedForms(kKey, content), std::vector<std::string>{}) << name;
  }
}

TEST_F(ProcExposureTest, ChildHasTheCredentialAndNotTheKey) {
  const std::string environ = ReadProc(child(), "environ");
  EXPECT_NE(environ.find(std::string("PGPASSWORD=") + kSecret), std::string::npos);
  for (const char* name : {"environ", "cmdline", "status", "maps"}) {
    EXPECT_EQ(ExposedForms(kKey, ReadProc(child(), name)), std::vector<std::string>{}) << name;
  }
  EXPECT_EQ(environ.find("PIPELINE_ENCRYPTION_KEY"), std::string::npos);
  EXPECT_EQ(environ.find("INJECTOR_STORE"), std::string::npos);
}

TEST_F(ProcExposureTest, ChildHasNoDescriptorOfOurs) {
  std::set<std::string> names = OpenFiles(child());
  // What the caller has open passes through: this test's own files, and the pipes of its output.
  const std::set<std::string> inherited = OpenFiles(::getpid());
  std::erase_if(names, [&](const std::string& name) {
    return name.starts_with("pipe:") || inherited.contains(name);
  });
  EXPECT_EQ(names, std::set<std::string>{});
}

TEST_F(ProcExposureTest, ShimCannotBeDumpedOrTraced) {
  // A process that is not dumpable has its /proc entries owned by root (proc(5)), and
  // ptrace(2) and core dumps are off for its own user.
  struct stat info {};
  ASSERT_EQ(::stat(("/proc/" + std::to_string(shim()) + "/environ").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 0U);
  EXPECT_NE(ReadProc(shim(), "limits").find("Max core file size        0 "), std::string::npos);
}

TEST_F(ProcExposureTest, ChildKeepsItsOwnCoreLimit) {
  const std::string limits = ReadProc(child(), "limits");
  const std::string ours = ReadProc(::getpid(), "limits");
  const auto core_line = [](const std::string& text) {
    const std::size_t start = text.find("Max core file size");
    return text.substr(start, text.find('\n', start) - start);
  };
  EXPECT_EQ(core_line(limits), core_line(ours));
}

TEST_F(ProcExposureTest, ChildMayGainNoMoreThanBefore) {
  EXPECT_EQ(StatusLine(child(), "SigBlk"), StatusLine(::getpid(), "SigBlk"));
  EXPECT_EQ(StatusLine(child(), "NoNewPrivs"), StatusLine(::getpid(), "NoNewPrivs"));
}

}  // namespace
}  // namespace injector::testing
