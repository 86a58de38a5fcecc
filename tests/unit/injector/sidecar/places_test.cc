// Where the sidecar listens, and whom it admits there.

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "injector/base/file.h"
#include "injector/http/server/listener.h"
#include "injector/sidecar/peer_policy.h"
#include "injector/sidecar/socket_file.h"
#include "tests/support/temp_dir.h"

namespace injector::sidecar {
namespace {

using Access = SocketFile::Access;
using injector::testing::TempDir;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

mode_t ModeOf(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST(SocketFileTest, IsForItsOwnerAloneInADirectoryForItsOwnerAlone) {
  const TempDir directory;
  const std::string path = directory / "run/s.sock";
  const auto file = SocketFile::Listen(path, Access::kOwner);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(ModeOf(path), 0600U);
  EXPECT_EQ(ModeOf(directory / "run"), 0700U);
  EXPECT_THAT(DirectoryWarning(path), IsEmpty());
}

TEST(SocketFileTest, LetsOthersPassWhenTheyAreToConnect) {
  const TempDir directory;
  const std::string path = directory / "run/s.sock";
  const auto file = SocketFile::Listen(path, Access::kEveryone);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(ModeOf(path), 0666U);
  EXPECT_EQ(ModeOf(directory / "run"), 0711U);
}

TEST(SocketFileTest, RefusesASecondInstance) {
  const TempDir directory;
  const std::string path = directory / "s.sock";
  const auto first = SocketFile::Listen(path, Access::kOwner);
  const auto second = SocketFile::Listen(path, Access::kOwner);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kAlreadyExists);
}

TEST(SocketFileTest, RemovesItsSocketAndReplacesAStaleOne) {
  const TempDir directory;
  const std::string path = directory / "s.sock";
  { const auto first = SocketFile::Listen(path, Access::kOwner); }
  EXPECT_FALSE(std::filesystem::exists(path));
  // A socket that nobody listens on, as a killed sidecar leaves it.
  { const UniqueFd stale = http::ListenOnUnix(path, 0600).value(); }
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(SocketFile::Listen(path, Access::kOwner).ok());
}

// File systems give the number of a file that has gone to the next one, though not always.
TEST(SocketFileTest, LeavesAnothersSocketInItsPlace) {
  const TempDir directory;
  const std::string path = directory / "s.sock";
  constexpr int kTimes = 20;
  for (int i = 0; i < kTimes; ++i) {
    auto first = SocketFile::Listen(path, Access::kOwner);
    ASSERT_TRUE(first.ok());
    { const UniqueFd closed = first->TakeListener(); }
    const auto second = SocketFile::Listen(path, Access::kOwner);
    ASSERT_TRUE(second.ok());
    { const SocketFile gone = *std::move(first); }
    ASSERT_TRUE(std::filesystem::exists(path)) << i;
  }
}

TEST(SocketFileTest, LeavesWhatIsNoSocket) {
  const TempDir directory;
  const std::string path = directory / "s.sock";
  ASSERT_TRUE(ReplaceFile(path, "mine", 0600).ok());
  EXPECT_EQ(SocketFile::Listen(path, Access::kOwner).error().code(),
            ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(SocketFileTest, WarnsOfADirectoryThatOthersCanWrite) {
  const TempDir directory;
  const std::string path = directory / "shared/s.sock";
  std::filesystem::create_directory(directory / "shared");
  ASSERT_EQ(::chmod((directory / "shared").c_str(), 0777), 0);
  EXPECT_THAT(DirectoryWarning(path), HasSubstr("others can write"));
  ASSERT_EQ(::chmod((directory / "shared").c_str(), 01777), 0);
  EXPECT_THAT(DirectoryWarning(path), IsEmpty());
}

TEST(SocketFileTest, KnowsAListeningUnixSocket) {
  const TempDir directory;
  EXPECT_TRUE(IsUnixListener(http::ListenOnUnix(directory / "s.sock", 0600).value()));
  EXPECT_FALSE(IsUnixListener(http::ListenOnTcp("127.0.0.1", 0).value()));
  EXPECT_FALSE(IsUnixListener(UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))));
}

TEST(SocketFileTest, TakesUnixAddressesAlone) {
  EXPECT_EQ(ParseUnixAddress("unix:/run/s").value(), "/run/s");
  for (const char* text : {"", "unix:", "/run/s", "tcp:1", "http://x"}) {
    EXPECT_FALSE(ParseUnixAddress(text).ok()) << text;
  }
}

http::Peer PeerOf(std::optional<uid_t> uid) { return {.address = "unix", .port = 0, .uid = uid}; }

TEST(PeerPolicyTest, AdmitsOurOwnUserAndThoseNamed) {
  const PeerPolicy policy = PeerPolicy::Make({1234}).value();
  EXPECT_TRUE(policy.Admits(PeerOf(::geteuid())));
  EXPECT_TRUE(policy.Admits(PeerOf(1234)));
  EXPECT_FALSE(policy.Admits(PeerOf(1235)));
  EXPECT_FALSE(policy.Admits(PeerOf(std::nullopt)));
}

TEST(PeerPolicyTest, IsNotToBeHadByTheOverflowUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be somebody else";
  const auto make_as = [](uid_t uid) {
    if (::seteuid(uid) != 0) ::_exit(2);
    ::_exit(PeerPolicy::Make({}).ok() ? 0 : 1);
  };
  EXPECT_EXIT(make_as(65534), ::testing::ExitedWithCode(1), "");
  EXPECT_EXIT(make_as(65533), ::testing::ExitedWithCode(0), "");
}

TEST(PeerPolicyTest, NeverAdmitsTheOverflowUser) {
  EXPECT_FALSE(PeerPolicy::Make({65534}).ok());
  EXPECT_FALSE(PeerPolicy::Make({}).value().Admits(PeerOf(65534)));
}

}  // namespace
}  // namespace injector::sidecar
