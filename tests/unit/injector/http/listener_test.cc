#include "injector/http/server/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>

#include "injector/base/umask_guard.h"
#include "tests/support/temp_dir.h"

namespace injector::http {
namespace {

using ::testing::HasSubstr;

TEST(ListenerTest, ATakenPortIsNamed) {
  const UniqueFd first = ListenOnTcp("127.0.0.1", 0).value();
  const auto second = ListenOnTcp("127.0.0.1", PortOf(first));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kAlreadyExists);
  EXPECT_THAT(second.error().message(), HasSubstr("127.0.0.1:"));
}

TEST(ListenerTest, AUnixSocketHasItsModeFromTheStart) {
  for (const mode_t mode : {0600U, 0666U}) {
    const injector::testing::TempDir directory;
    const UniqueFd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    ASSERT_GE(::inotify_add_watch(watch.get(), directory.path().c_str(), IN_ATTRIB), 0);
    const UmaskGuard umask(077);
    const UniqueFd listener = ListenOnUnix(directory / "socket", mode).value();
    struct stat info {};
    ASSERT_EQ(::stat((directory / "socket").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, mode);
    std::array<char, 512> event{};
    EXPECT_LT(::read(watch.get(), event.data(), event.size()), 0) << "it had another before";
    EXPECT_EQ(::umask(077), 077U) << "and the umask is what it was";
    EXPECT_EQ(PortOf(listener), 0);
  }
}

TEST(ListenerTest, AStaleSocketIsReplacedAndALivingOneIsNot) {
  const injector::testing::TempDir directory;
  const std::string path = directory / "socket";
  { const UniqueFd dead = ListenOnUnix(path, 0600).value(); }
  const UniqueFd living = ListenOnUnix(path, 0600).value();
  const auto second = ListenOnUnix(path, 0600);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kAlreadyExists);
}

TEST(ListenerTest, AnotherKindOfSocketThatLivesIsLeftAlone) {
  const injector::testing::TempDir directory;
  const std::string path = directory / "notify";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const UniqueFd datagrams(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(datagrams.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            0);
  EXPECT_EQ(ListenOnUnix(path, 0600).error().code(), ErrorCode::kAlreadyExists);
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
}

TEST(ListenerTest, SomethingElseIsLeftAlone) {
  const injector::testing::TempDir directory;
  const std::string path = directory.Write("socket", "precious");
  EXPECT_EQ(ListenOnUnix(path, 0600).error().code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(directory.Read("socket"), "precious");
  EXPECT_EQ(ListenOnUnix(directory / std::string(200, 'x'), 0600).error().code(),
            ErrorCode::kInvalidArgument);
}

TEST(ParseHostPortTest, ReadsAddressesAndNames) {
  EXPECT_EQ(ParseHostPort("127.0.0.1:80")->host, "127.0.0.1");
  EXPECT_EQ(ParseHostPort("[::1]:8443")->host, "::1");
  EXPECT_EQ(ParseHostPort("[::1]:8443")->port, 8443);
  EXPECT_EQ(ParseHostPort(":0")->host, "");
  for (const char* bad :
       {"", "host", "host:", "host:x", "host:65536", "host:-1", "::1:80", "h:8 "}) {
    EXPECT_FALSE(ParseHostPort(bad).ok()) << bad;
  }
}

TEST(IsLoopbackTest, KnowsThisMachine) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
  for (const char* host : {"", "0.0.0.0", "::", "10.0.0.1", "localhost.example.com"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

}  // namespace
}  // namespace injector::http
