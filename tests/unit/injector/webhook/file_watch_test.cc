#include "injector/webhook/file_watch.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "injector/base/file.h"
#include "tests/support/temp_dir.h"

namespace injector::webhook {
namespace {

using injector::testing::TempDir;

TEST(FileWatchTest, SeesEachChangeOnce) {
  const TempDir directory;
  const std::string path = directory.Write("a", "1");
  FileWatch watch({path, directory / "later"});
  EXPECT_FALSE(watch.LookAgain());
  ASSERT_TRUE(ReplaceFile(path, "2", 0600).ok());
  EXPECT_TRUE(watch.LookAgain());
  EXPECT_FALSE(watch.LookAgain());
  directory.Write("later", "");
  EXPECT_TRUE(watch.LookAgain());
  std::filesystem::remove(path);
  EXPECT_TRUE(watch.LookAgain());
  EXPECT_FALSE(watch.LookAgain());
}

// As kubelet renews a mounted Secret: the files are links through `..data`, which is made to point
// to another directory.
TEST(FileWatchTest, SeesALinkThatIsPointedElsewhere) {
  const TempDir directory;
  for (const char* name : {"old", "new"}) {
    std::filesystem::create_directory(directory / name);
    directory.Write(std::string(name) + "/tls.crt", "as long as the other");
  }
  std::filesystem::create_symlink("old", directory / "..data");
  std::filesystem::create_symlink("..data/tls.crt", directory / "tls.crt");
  FileWatch watch({directory / "tls.crt"});
  std::filesystem::create_symlink("new", directory / "..data_tmp");
  std::filesystem::rename(directory / "..data_tmp", directory / "..data");
  EXPECT_TRUE(watch.LookAgain());
}

}  // namespace
}  // namespace injector::webhook
