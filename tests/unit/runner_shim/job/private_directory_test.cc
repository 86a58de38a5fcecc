#include "runner_shim/job/private_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

namespace fs = std::filesystem;
using injector::testing::TempDir;

constexpr uid_t kOther = 54321;

mode_t ModeOf(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

std::size_t EntriesIn(const std::string& directory) {
  const fs::directory_iterator entries(directory);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

class PrivateDirectoryTest : public ::testing::Test {
 protected:
  PrivateDirectory Make() {
    injector::Result<PrivateDirectory> made =
        PrivateDirectory::Create({base_.path()}, DirectoryOwner::Ourselves());
    EXPECT_TRUE(made.ok()) << made.error().message();
    return std::move(made).value();
  }
  std::string Parent() const { return base_ / ("injector-" + std::to_string(::geteuid())); }

  // What a process killed with SIGKILL leaves: a directory whose lock nobody holds.
  std::string LeaveBehind(const std::string& name) const {
    fs::create_directory(Parent() + "/" + name);
    ::chmod((Parent() + "/" + name).c_str(), 0700);
    return Parent() + "/" + name;
  }

  const TempDir base_;
  const std::string leftover_name_ = std::string(32, 'a');
};

TEST_F(PrivateDirectoryTest, NobodyElseCanEnterOrRead) {
  PrivateDirectory directory = Make();
  ASSERT_TRUE(directory.Write("docker/config.json", "{}").ok());
  EXPECT_EQ(ModeOf(Parent()), 0700U);
  EXPECT_EQ(ModeOf(directory.path()), 0700U);
  EXPECT_EQ(ModeOf(directory.path() + "/docker"), 0700U);
  EXPECT_EQ(ModeOf(directory.path() + "/docker/config.json"), 0600U);
}

TEST_F(PrivateDirectoryTest, ModesDoNotDependOnTheUmask) {
  const mode_t previous = ::umask(0777);
  PrivateDirectory directory = Make();
  const injector::Status written = directory.Write("a/b", "x");
  ::umask(previous);
  ASSERT_TRUE(written.ok()) << written.error().message();
  EXPECT_EQ(ModeOf(directory.path()), 0700U);
  EXPECT_EQ(ModeOf(directory.path() + "/a/b"), 0600U);
}

TEST_F(PrivateDirectoryTest, IsGoneWithEverythingTheJobAdded) {
  std::string path;
  {
    PrivateDirectory directory = Make();
    path = directory.path();
    ASSERT_TRUE(directory.Write("key", "secret").ok());
    fs::create_directories(path + "/cache/deep");
    fs::create_symlink("/etc", path + "/cache/link");
    fs::create_directory(path + "/shut");
    ::chmod((path + "/shut").c_str(), 0);
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists("/etc/passwd"));
}

TEST_F(PrivateDirectoryTest, IsGoneThoughTheJobMadeItReadOnly) {
  std::string path;
  {
    PrivateDirectory directory = Make();
    path = directory.path();
    ASSERT_TRUE(directory.Write("docker/config.json", "secret").ok());
    for (const std::string& shut : {path + "/docker", path, Parent()}) {
      ASSERT_EQ(::chmod(shut.c_str(), 0500), 0);
    }
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(PrivateDirectoryTest, SweepRemovesWhatAJobMadeReadOnly) {
  PrivateDirectory living = Make();
  ASSERT_EQ(::chmod(LeaveBehind(leftover_name_).c_str(), 0500), 0);
  SweepLeftovers({base_.path()}, ::geteuid());
  EXPECT_FALSE(fs::exists(Parent() + "/" + leftover_name_));
}

TEST_F(PrivateDirectoryTest, SweepLeavesALivingOneWhoseLockFileTheJobRemoved) {
  PrivateDirectory living = Make();
  fs::remove(living.path() + "/.lock");
  SweepLeftovers({base_.path()}, ::geteuid());
  EXPECT_TRUE(fs::exists(living.path()));
}

TEST_F(PrivateDirectoryTest, GivesUpOnALockThatSomebodyKeeps) {
  PrivateDirectory living = Make();
  const injector::UniqueFd parent(::open(Parent().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(parent.get(), LOCK_EX), 0);
  EXPECT_FALSE(PrivateDirectory::Create({base_.path()}, DirectoryOwner::Ourselves()).ok());
}

TEST_F(PrivateDirectoryTest, RefusesASecondFileOfOneName) {
  PrivateDirectory directory = Make();
  ASSERT_TRUE(directory.Write("f", "1").ok());
  EXPECT_EQ(directory.Write("f", "2").error().code(), injector::ErrorCode::kAlreadyExists);
}

TEST_F(PrivateDirectoryTest, TakesTheFirstPlaceThatWillDo) {
  const injector::Result<PrivateDirectory> made =
      PrivateDirectory::Create({"/no/such/place", base_.path()}, DirectoryOwner::Ourselves());
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(made->path().starts_with(base_.path()));
}

TEST_F(PrivateDirectoryTest, ListsEveryPlaceWhenNoneWillDo) {
  const injector::Result<PrivateDirectory> made =
      PrivateDirectory::Create({"/no/such", "/nor/this"}, DirectoryOwner::Ourselves());
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().message(),
            "no directory for secret files: /no/such: no such file or directory; "
            "/nor/this: no such file or directory");
}

TEST_F(PrivateDirectoryTest, RefusesAParentThatSomebodyPrepared) {
  const TempDir elsewhere;
  fs::create_directory_symlink(elsewhere.path(), Parent());
  EXPECT_FALSE(PrivateDirectory::Create({base_.path()}, DirectoryOwner::Ourselves()).ok());
  fs::remove(Parent());
  fs::create_directory(Parent());
  ::chmod(Parent().c_str(), 0755);
  EXPECT_FALSE(PrivateDirectory::Create({base_.path()}, DirectoryOwner::Ourselves()).ok());
}

TEST_F(PrivateDirectoryTest, BelongsToTheUserOfTheJob) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give files away";
  ::chmod(base_.path().c_str(), 0755);
  injector::Result<PrivateDirectory> made =
      PrivateDirectory::Create({base_.path()}, {kOther, kOther});
  ASSERT_TRUE(made.ok()) << made.error().message();
  ASSERT_TRUE(made->Write("d/f", "x").ok());
  for (const char* name : {"", "/d", "/d/f", "/.lock"}) {
    struct stat info {};
    ASSERT_EQ(::stat((made->path() + name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_uid, kOther) << name;
  }
}

TEST_F(PrivateDirectoryTest, RefusesAPlaceThatTheUserOfTheJobCannotReach) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to act for another user";
  ::chmod(base_.path().c_str(), 0700);
  const injector::Result<PrivateDirectory> made =
      PrivateDirectory::Create({base_.path()}, {kOther, kOther});
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message().find("user 54321 cannot reach it"), std::string::npos);
}

TEST_F(PrivateDirectoryTest, SweepRemovesWhatAKilledProcessLeft) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    PrivateDirectory directory = Make();
    if (!directory.Write("key", "secret").ok()) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(pid, nullptr, 0);
  ASSERT_EQ(EntriesIn(Parent()), 1U);
  SweepLeftovers({base_.path()}, ::geteuid());
  EXPECT_EQ(EntriesIn(Parent()), 0U);
}

TEST_F(PrivateDirectoryTest, SweepRemovesOneThatWasKilledBeforeItsLock) {
  PrivateDirectory living = Make();
  LeaveBehind(leftover_name_);
  SweepLeftovers({base_.path()}, ::geteuid());
  EXPECT_FALSE(fs::exists(Parent() + "/" + leftover_name_));
}

TEST_F(PrivateDirectoryTest, SweepLeavesTheLiving) {
  PrivateDirectory living = Make();
  ASSERT_TRUE(living.Write("key", "secret").ok());
  SweepLeftovers({base_.path()}, ::geteuid());
  EXPECT_TRUE(fs::exists(living.path() + "/key"));
}

TEST_F(PrivateDirectoryTest, SweepTouchesOnlyNamesModesAndTypesOfOurs) {
  PrivateDirectory living = Make();
  const TempDir elsewhere;
  elsewhere.Write("precious", "x");
  LeaveBehind("not-our-pattern");
  ::chmod(LeaveBehind(std::string(32, 'b')).c_str(), 0755);
  fs::create_directory_symlink(elsewhere.path(), Parent() + "/" + std::string(32, 'c'));
  SweepLeftovers({base_.path()}, ::geteuid());
  EXPECT_TRUE(fs::exists(Parent() + "/not-our-pattern"));
  EXPECT_TRUE(fs::exists(Parent() + "/" + std::string(32, 'b')));
  EXPECT_TRUE(fs::exists(elsewhere / "precious"));
}

TEST_F(PrivateDirectoryTest, SweepLeavesWhatBelongsToAnother) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give files away";
  PrivateDirectory living = Make();
  const std::string theirs = LeaveBehind(leftover_name_);
  ASSERT_EQ(::chown(theirs.c_str(), kOther, kOther), 0);
  SweepLeftovers({base_.path()}, ::geteuid());
  EXPECT_TRUE(fs::exists(theirs));
}

TEST_F(PrivateDirectoryTest, SweepDoesNotWaitForOneThatIsMaking) {
  PrivateDirectory living = Make();
  LeaveBehind(leftover_name_);
  const injector::UniqueFd parent(::open(Parent().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(parent.get(), LOCK_EX), 0);
  SweepLeftovers({base_.path()}, ::geteuid());
  EXPECT_TRUE(fs::exists(Parent() + "/" + leftover_name_));
}

TEST(DefaultBases, AreTriedInTheDocumentedOrder) {
  EXPECT_EQ(
      DefaultBases(7, "/xdg/", "/var/tmp"),
      (std::vector<std::string>{"/xdg", "/run/user/7", "/dev/shm", "/run", "/var/tmp", "/tmp"}));
}

TEST(DefaultBases, LeaveOutRelativeAndRepeatedOnes) {
  EXPECT_EQ(DefaultBases(7, "relative", "/tmp"),
            (std::vector<std::string>{"/run/user/7", "/dev/shm", "/run", "/tmp"}));
}

TEST_F(PrivateDirectoryTest, AReplacedFileIsTheOldOneOrTheNewOne) {
  PrivateDirectory directory = Make();
  ASSERT_TRUE(directory.Write("git/credentials", "old").ok());
  const std::string path = directory.path() + "/git/credentials";
  const injector::UniqueFd open_before(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  // As a replacement that was interrupted leaves it.
  ASSERT_TRUE(directory.Write("git/.credentials.new", "half").ok());
  ASSERT_TRUE(directory.Replace("git/credentials", "newer").ok());
  char bytes[8] = {};
  EXPECT_EQ(::read(open_before.get(), bytes, sizeof(bytes)), 3);
  EXPECT_EQ(std::string(bytes), "old");
  EXPECT_EQ(fs::file_size(path), 5U);
  EXPECT_EQ(ModeOf(path), 0600U);
  EXPECT_EQ(EntriesIn(directory.path() + "/git"), 1U);
}

TEST_F(PrivateDirectoryTest, AReplacementThatFailsLeavesTheOldFile) {
  PrivateDirectory directory = Make();
  ASSERT_TRUE(directory.Write("a/b", "old").ok());
  ASSERT_EQ(::mkdir((directory.path() + "/a/.b.new").c_str(), 0700), 0);
  EXPECT_FALSE(directory.Replace("a/b", "new").ok());
  EXPECT_EQ(fs::file_size(directory.path() + "/a/b"), 3U);
}

}  // namespace
}  // namespace runner_shim
