#include "injector/base/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "tests/support/temp_dir.h"

namespace injector {
namespace {

std::size_t EntriesIn(const std::string& directory) {
  const std::filesystem::directory_iterator entries(directory);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

// Lets this process write files of at most `size` bytes: a full disk that needs no root.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) : previous_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &previous_);
    const rlimit limit = {size, previous_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &previous_);
    std::signal(SIGXFSZ, previous_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*previous_handler_)(int);
  rlimit previous_{};
};

TEST(ReadFile, ReadsUpToTheLimitAndNoFurther) {
  const testing::TempDir dir;
  const std::string path = dir.Write("f", std::string(1000, 'x'));
  EXPECT_EQ(ReadFile(path, 1000)->size(), 1000U);
  const Result<Secret> too_large = ReadFile(path, 999);
  ASSERT_FALSE(too_large.ok());
  EXPECT_EQ(too_large.error().message(), path + ": larger than the limit of 999 bytes");
}

TEST(ReadFile, ReadsMoreThanOneChunk) {
  const testing::TempDir dir;
  std::string content;
  for (int i = 0; i < 30000; ++i) content += std::to_string(i) + "\n";
  EXPECT_EQ(ReadFile(dir.Write("f", content), 1 << 20)->Reveal(), content);
}

TEST(ReadFile, NamesThePathThatIsMissing) {
  EXPECT_EQ(ReadFile("/no/such", 1).error().message(), "open /no/such: no such file or directory");
}

TEST(ReadRegularFile, ReadsARegularFileUpToTheLimit) {
  const testing::TempDir dir;
  const std::string path = dir.Write("f", "content");
  EXPECT_EQ(ReadRegularFile(path, 7)->Reveal(), "content");
  EXPECT_EQ(ReadRegularFile(path, 6).error().message(),
            path + ": larger than the limit of 6 bytes");
  EXPECT_EQ(ReadRegularFile("/no/such", 1).error().message(),
            "open /no/such: no such file or directory");
}

TEST(ReadRegularFile, RefusesAnythingElseWithoutWaiting) {
  const testing::TempDir dir;
  const std::string fifo = dir / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::string socket = dir / "socket";
  ASSERT_EQ(::mknod(socket.c_str(), S_IFSOCK | 0600, 0), 0);
  for (const std::string& path : {fifo, socket, dir.path(), std::string("/dev/zero")}) {
    const Result<Secret> content = ReadRegularFile(path, 10);
    ASSERT_FALSE(content.ok()) << path;
    EXPECT_EQ(content.error().message(), path + ": not a regular file");
    EXPECT_EQ(content.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(ReplaceFile, GivesTheNewContentAndMode) {
  const testing::TempDir dir;
  const std::string path = dir.Write("f", "old and longer");
  ASSERT_TRUE(ReplaceFile(path, "new", 0600).ok());
  EXPECT_EQ(dir.Read("f"), "new");
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(EntriesIn(dir.path()), 1U);
}

TEST(ReplaceFile, KeepsTheOldFileWhenTheDiskIsFull) {
  const testing::TempDir dir;
  const std::string path = dir.Write("f", "old");
  Status status;
  {
    const FileSizeLimit limit(4096);
    status = ReplaceFile(path, std::string(10000, 'x'), 0600);
  }
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().errno_value(), EFBIG);
  EXPECT_EQ(dir.Read("f"), "old");
  EXPECT_EQ(EntriesIn(dir.path()), 1U);
}

TEST(ReplaceFile, NamesTheDirectoryThatIsMissing) {
  EXPECT_EQ(ReplaceFile("/no/such/f", "x", 0600).error().message(),
            "open /no/such: no such file or directory");
}

TEST(ResolveLinks, FollowsChainsToAFileThatNeedNotExist) {
  const testing::TempDir dir;
  std::filesystem::create_directory(dir / "real");
  std::filesystem::create_symlink("real", dir / "alias");
  std::filesystem::create_symlink("../second", dir / "real/first");
  std::filesystem::create_symlink(dir / "alias/target", dir / "second");
  const std::string real = std::filesystem::canonical(dir / "real");
  EXPECT_EQ(*ResolveLinks(dir / "alias/first"), real + "/target");
  EXPECT_EQ(*ResolveLinks(dir / "alias/plain"), real + "/plain");
}

TEST(ResolveLinks, GivesUpOnALoop) {
  const testing::TempDir dir;
  std::filesystem::create_symlink("b", dir / "a");
  std::filesystem::create_symlink("a", dir / "b");
  EXPECT_EQ(ResolveLinks(dir / "a").error().errno_value(), ELOOP);
}

}  // namespace
}  // namespace injector
