#include "runner_shim/mask/mask_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using injector::testing::TempDir;

TEST(MaskSocket, OfOurOwnUserIsOpenToNobodyElse) {
  const TempDir directory;
  const auto listener = ListenForMasks(directory.path(), ::geteuid());
  ASSERT_TRUE(listener.ok()) << listener.error().message();
  struct stat info {};
  ASSERT_EQ(::stat(listener->path.c_str(), &info), 0);
  EXPECT_TRUE(S_ISSOCK(info.st_mode));
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(MaskSocket, LeavesTheUmaskAsItWas) {
  const TempDir directory;
  const mode_t before = ::umask(027);
  ASSERT_TRUE(ListenForMasks(directory.path(), ::geteuid()).ok());
  EXPECT_EQ(::umask(before), 027U);
}

TEST(MaskSocket, IsReachedBelowAPathThatNoAddressHolds) {
  const TempDir directory;
  const std::string deep = directory / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  const auto listener = ListenForMasks(deep, ::geteuid());
  ASSERT_TRUE(listener.ok()) << listener.error().message();
  EXPECT_TRUE(ConnectToMasks(listener->path, Blocking::kYes).ok());
}

TEST(MaskSocket, ThatIsNotThereIsNamed) {
  const auto connected = ConnectToMasks("/nowhere/mask.sock", Blocking::kYes);
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(connected.error().message(),
            "connect to /nowhere/mask.sock: no such file or directory");
}

}  // namespace
}  // namespace runner_shim
