// A writer that is killed, or whose system calls fail, at any point leaves the old or the new
// store.
//
// Every system call that works on the store's directory is enumerated with strace(1); then the same
// run is repeated once for each of them, with SIGKILL or an error injected there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/integration/store/driver.h"

namespace injector {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr std::string_view kOldPassword = "old-password-4711";
constexpr std::string_view kNewPassword = "new-password-0815";

// The `ordinal`-th call of `name` in a run, from 1.
struct CallSite {
  std::string name;
  int ordinal;
};

// The runtimes of the sanitizers make system calls of their own and end the process when these
// fail.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

class InterruptedWriterTest : public StoreDriverTest {
 protected:
  void SetUp() override {
    const CommandResult strace = RunCommand("strace -o /dev/null true");
    if (strace.exit_code != 0) GTEST_SKIP() << "strace cannot trace here: " << strace.output;
  }

  std::string PutNew() const { return Driver("put", "main " + std::string(kNewPassword)); }

  void MakeOldStore() {
    std::filesystem::remove_all(directory_ + "/home");
    const CommandResult made = RunCommand(Driver("put", "main " + std::string(kOldPassword)) +
                                          " && " + Driver("put", "other untouched"));
    ASSERT_EQ(made.exit_code, 0) << made.output;
  }

  // Every call of PutNew() from the first that names the store's directory to the last.
  std::vector<CallSite> EnumerateCalls() const {
    const std::string trace_path = directory_ + "/trace";
    const CommandResult run =
        RunCommand("strace -e trace=%file,%desc -e signal=none -o " + trace_path + " " + PutNew());
    EXPECT_EQ(run.exit_code, 0) << run.output;
    std::ifstream trace(trace_path);
    std::map<std::string, int> seen;
    std::vector<CallSite> sites;
    bool at_work = false;
    for (std::string line; std::getline(trace, line);) {
      const std::size_t parenthesis = line.find('(');
      if (parenthesis == std::string::npos || line.starts_with('+')) continue;
      const std::string name = line.substr(0, parenthesis);
      // The allocator's calls, which strace counts among those with a descriptor.
      if (name == "mmap") continue;
      const int ordinal = ++seen[name];
      // execve names it among the arguments.
      at_work = at_work || (name != "execve" && line.find(directory_) != std::string::npos);
      if (at_work) sites.push_back({name, ordinal});
    }
    EXPECT_GT(sites.size(), 15U);
    return sites;
  }

  CommandResult RunWithInjection(const CallSite& site, const std::string& what) const {
    return RunCommand("strace -o /dev/null -e trace=%file,%desc -e inject=" + site.name + ":" +
                      what + ":when=" + std::to_string(site.ordinal) + " " + PutNew());
  }

  static std::string Shown(std::string_view password, int version) {
    return "@generic.main v" + std::to_string(version) + " " + std::string(password) +
           "\n@generic.other v1 untouched\n";
  }
  const std::string old_state_ = Shown(kOldPassword, 1);
  const std::string new_state_ = Shown(kNewPassword, 2);
};

TEST_F(InterruptedWriterTest, KilledAtAnyCallLeavesTheOldOrTheNewStore) {
  MakeOldStore();
  std::set<std::string> states;
  for (const CallSite& site : EnumerateCalls()) {
    SCOPED_TRACE(site.name + " number " + std::to_string(site.ordinal));
    MakeOldStore();
    ASSERT_EQ(RunWithInjection(site, "signal=KILL").exit_code, 128 + 9);
    states.insert(Show());
    EXPECT_THAT(AllBytes(), Not(HasSubstr("password-")));
    // The next writer is not held up, and takes away what was left.
    ASSERT_EQ(RunCommand(PutNew()).output, "");
    EXPECT_THAT(Show(), HasSubstr(kNewPassword));
    EXPECT_THAT(FileNames(), ElementsAre("connections.enc.json", "connections.enc.json.lock"));
  }
  EXPECT_THAT(states, UnorderedElementsAre(old_state_, new_state_));
}

TEST_F(InterruptedWriterTest, KilledWhileMakingAStoreLeavesNoneOrAWholeOne) {
  for (const CallSite& site : EnumerateCalls()) {
    SCOPED_TRACE(site.name + " number " + std::to_string(site.ordinal));
    std::filesystem::remove_all(directory_ + "/home");
    ASSERT_EQ(RunWithInjection(site, "signal=KILL").exit_code, 128 + 9);
    if (std::filesystem::exists(store_)) {
      EXPECT_EQ(Show(), "@generic.main v1 " + std::string(kNewPassword) + "\n");
    }
    EXPECT_EQ(RunCommand(PutNew()).output, "");
  }
}

// A call that fails either does not matter, or the run fails with one line and the old store is as
// it was; only an fsync of the directory comes too late for that, and says so.
TEST_F(InterruptedWriterTest, FullDiskAtAnyCallLeavesTheOldStoreAndAClearError) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer's own calls would fail too";
  MakeOldStore();
  for (const CallSite& site : EnumerateCalls()) {
    SCOPED_TRACE(site.name + " number " + std::to_string(site.ordinal));
    MakeOldStore();
    const CommandResult run = RunWithInjection(site, "error=ENOSPC");
    if (run.exit_code == 0) {
      EXPECT_EQ(Show(), new_state_);
      continue;
    }
    EXPECT_EQ(run.exit_code, 125);
    EXPECT_THAT(run.output, testing::StartsWith("store_driver: "));
    EXPECT_EQ(std::count(run.output.begin(), run.output.end(), '\n'), 1) << run.output;
    EXPECT_THAT(run.output, HasSubstr(directory_));
    const bool too_late = run.output.find("is replaced") != std::string::npos;
    EXPECT_EQ(Show(), too_late ? new_state_ : old_state_) << run.output;
    EXPECT_THAT(FileNames(), ElementsAre("connections.enc.json", "connections.enc.json.lock"));
  }
}

class FullDiskTest : public StoreDriverTest {};

TEST_F(FullDiskTest, LeavesTheOldStoreAndAClearError) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount a small tmpfs";
  const std::string home = directory_ + "/home";
  std::filesystem::create_directory(home);
  // 16 pages: the store and its lock fit, a second copy with 48 KiB more does not.
  const std::string script = "mount -t tmpfs -o size=64k tmpfs " + home + " && " +
                             Driver("put", "main small") + " && { " +
                             Driver("put", "main $(head -c 49152 /dev/zero | tr \"\\0\" x)") +
                             "; echo exit $?; } && " + Driver("show") + " && ls -A " + home;
  const CommandResult run = RunCommand("unshare -m sh -c '" + script + "'");
  if (run.output.find("unshare: ") == 0 || run.output.find("mount: ") == 0) {
    GTEST_SKIP() << "cannot mount here: " << run.output;
  }
  EXPECT_THAT(run.output, HasSubstr("no space left on device\nexit 125\n@generic.main v1 small\n"
                                    "connections.enc.json\nconnections.enc.json.lock\n"));
}

}  // namespace
}  // namespace injector
