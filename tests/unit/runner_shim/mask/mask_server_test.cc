// The server in a loop of its own thread, clients as the job's processes would be.

#include "runner_shim/mask/mask_server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "runner_shim/mask/mask_client.h"
#include "tests/support/temp_dir.h"

namespace runner_shim {
namespace {

using injector::Secret;
using injector::UniqueFd;
using injector::testing::TempDir;
using Verdict = MaskAnswer::Verdict;

// A shim's loop with a mask server, that takes every value but "refuse me".
class ServingLoop {
 public:
  explicit ServingLoop(MaskServerOptions options = {})
      : listener_(*ListenForMasks(directory_.path(), ::geteuid())),
        stop_(::eventfd(0, EFD_CLOEXEC)),
        thread_([this, options] { Run(options); }) {}
  ~ServingLoop() {
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
  }
  ServingLoop(const ServingLoop&) = delete;
  ServingLoop& operator=(const ServingLoop&) = delete;

  const std::string& path() const { return listener_.path; }
  // How often a new matcher would have been built.
  int batches() const { return batches_; }
  // Requires: no client is under way.
  const std::multiset<std::string>& values() const { return values_; }

 private:
  void Run(const MaskServerOptions& options) {
    EventLoop loop;
    bool stopped = false;
    const FdWatch watch(loop, stop_.get(), POLLIN, [&](short) { stopped = true; });
    // Only the outermost of several shims has it.
    const auto find = [&options](ShimRequest kind, std::string_view query) {
      std::optional<ShimLogin> login;
      if (!options.outer_socket.empty()) return login;
      if (kind == ShimRequest::kDockerLogin && query == "ghcr.io") {
        login.emplace(ShimLogin{Secret::CopyOf("user"), Secret::CopyOf("pass\nword")});
      }
      return login;
    };
    const MaskServer server(
        loop, listener_, [this](std::span<const Secret> values) { return Take(values); }, find,
        options);
    while (!stopped) ASSERT_TRUE(loop.RunOnce().ok());
  }
  std::vector<MaskAnswer> Take(std::span<const Secret> values) {
    ++batches_;
    std::vector<MaskAnswer> answers;
    for (const Secret& value : values) {
      const bool refused = value.Reveal() == "refuse me";
      if (!refused) values_.emplace(value.Reveal());
      answers.push_back({refused ? Verdict::kRefused : Verdict::kMasked, "text"});
    }
    return answers;
  }

  const TempDir directory_;
  const MaskListener listener_;
  const UniqueFd stop_;
  std::atomic<int> batches_ = 0;
  std::multiset<std::string> values_;
  std::thread thread_;
};

Verdict Send(const ServingLoop& server, const std::string& value) {
  const auto answer = SendMask(server.path(), Secret::CopyOf(value));
  EXPECT_TRUE(answer.ok()) << answer.error().message();
  return answer->verdict;
}

UniqueFd Connect(const ServingLoop& server) {
  return *ConnectToMasks(server.path(), Blocking::kYes);
}

// What the server says until it closes.
std::string Answer(int fd) {
  std::string answer;
  char buffer[256];
  for (ssize_t got = 0; (got = ::recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  return answer;
}

TEST(MaskServer, TakesAnyBytes) {
  ServingLoop server;
  const std::string value("\0\n\xFF mask 5\n", 11);
  EXPECT_EQ(Send(server, value), Verdict::kMasked);
  EXPECT_EQ(server.values(), std::multiset<std::string>{value});
}

TEST(MaskServer, TakesTheLongestValue) {
  ServingLoop server;
  EXPECT_EQ(Send(server, std::string(kLongestMaskedValue, 'v')), Verdict::kMasked);
}

TEST(MaskServer, RefusesALongerOneByItsHeader) {
  ServingLoop server;
  const auto answer =
      SendMask(server.path(), Secret::CopyOf(std::string(kLongestMaskedValue + 1, 'v')));
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(answer->verdict, Verdict::kRefused);
  EXPECT_EQ(answer->text, "the value is longer than the limit of 65536 bytes");
}

TEST(MaskServer, PassesARefusalOn) {
  ServingLoop server;
  EXPECT_EQ(Send(server, "refuse me"), Verdict::kRefused);
}

TEST(MaskServer, ServesManyClientsAtOnce) {
  constexpr int kClients = 300;
  ServingLoop server;
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(
        [&, i] { EXPECT_EQ(Send(server, "value-" + std::to_string(i)), Verdict::kMasked); });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(server.values().size(), std::size_t{kClients});
  EXPECT_LE(server.batches(), kClients);
}

TEST(MaskServer, ASilentClientStopsNobody) {
  ServingLoop server;
  const UniqueFd silent = Connect(server);
  const UniqueFd half = Connect(server);
  ASSERT_EQ(::send(half.get(), "mask 10\nabc", 11, MSG_NOSIGNAL), 11);
  EXPECT_EQ(Send(server, "a value"), Verdict::kMasked);
}

TEST(MaskServer, ASilentClientIsSentAwayAfterAWhile) {
  ServingLoop server({.patience = std::chrono::milliseconds(20),
                      .outer_patience = std::chrono::seconds(5),
                      .most_clients = 8,
                      .outer_socket = ""});
  const UniqueFd silent = Connect(server);
  EXPECT_EQ(Answer(silent.get()), "refused no complete request came in time\n");
}

TEST(MaskServer, ACrowdOfSilentClientsMakesRoomForOthers) {
  ServingLoop server({.patience = std::chrono::hours(1),
                      .outer_patience = std::chrono::seconds(5),
                      .most_clients = 8,
                      .outer_socket = ""});
  std::vector<UniqueFd> silent;
  for (int i = 0; i < 50; ++i) silent.push_back(Connect(server));
  EXPECT_EQ(Send(server, "a value"), Verdict::kMasked);
  EXPECT_EQ(Answer(silent[0].get()), "refused too many clients are connected\n");
}

TEST(MaskServer, SomethingElseThanARequestIsRefused) {
  ServingLoop server;
  const UniqueFd client = Connect(server);
  ASSERT_EQ(::send(client.get(), "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), 18);
  EXPECT_TRUE(Answer(client.get()).starts_with("refused expected "));
}

TEST(MaskServer, ARequestThatBreaksOffMasksNothing) {
  ServingLoop server;
  {
    const UniqueFd client = Connect(server);
    ASSERT_EQ(::send(client.get(), "mask 10\nabcdef", 14, MSG_NOSIGNAL), 14);
  }
  EXPECT_EQ(Send(server, "a value"), Verdict::kMasked);
  EXPECT_EQ(server.values(), std::multiset<std::string>{"a value"});
}

TEST(MaskServer, TheShimAroundItIsToldToo) {
  ServingLoop outer;
  ServingLoop inner({.patience = std::chrono::seconds(10),
                     .outer_patience = std::chrono::seconds(60),
                     .most_clients = 128,
                     .outer_socket = outer.path()});
  EXPECT_EQ(Send(inner, "a value"), Verdict::kMasked);
  EXPECT_EQ(outer.values(), std::multiset<std::string>{"a value"});
  EXPECT_EQ(Send(inner, "refuse me"), Verdict::kRefused);
}

TEST(MaskServer, AShimAroundItThatIsGoneIsAWarning) {
  ServingLoop inner({.patience = std::chrono::seconds(10),
                     .outer_patience = std::chrono::seconds(60),
                     .most_clients = 128,
                     .outer_socket = "/nowhere/mask.sock"});
  const auto answer = SendMask(inner.path(), Secret::CopyOf("a value"));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->verdict, Verdict::kWarning);
  EXPECT_EQ(answer->text,
            "masked here, but not by the shim around this one: connect to /nowhere/mask.sock: no "
            "such file or directory");
}

TEST(MaskServer, AShimAroundItThatIsSilentIsAWarning) {
  const TempDir directory;
  const auto deaf = ListenForMasks(directory.path(), ::geteuid());
  ServingLoop inner({.patience = std::chrono::seconds(10),
                     .outer_patience = std::chrono::milliseconds(20),
                     .most_clients = 128,
                     .outer_socket = deaf->path});
  EXPECT_EQ(Send(inner, "a value"), Verdict::kWarning);
  EXPECT_EQ(inner.values().size(), 1U);
}

TEST(MaskServer, FindsLogins) {
  const ServingLoop shim;
  const auto found = AskForLogin(shim.path(), ShimRequest::kDockerLogin, "ghcr.io");
  ASSERT_TRUE(found.ok()) << found.error().message();
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->login.Reveal(), "user");
  EXPECT_EQ((*found)->password.Reveal(), "pass\nword");
  EXPECT_FALSE(AskForLogin(shim.path(), ShimRequest::kGitLogin, "ghcr.io")->has_value());
}

TEST(MaskServer, SendsToolsOnToTheShimAround) {
  const ServingLoop outer;
  const auto inside = [](const ServingLoop& around) {
    MaskServerOptions options;
    options.outer_socket = around.path();
    return options;
  };
  const ServingLoop inner(inside(outer));
  const ServingLoop innermost(inside(inner));
  const auto found = AskForLogin(innermost.path(), ShimRequest::kDockerLogin, "ghcr.io");
  EXPECT_TRUE(found.ok() && found->has_value());
}

}  // namespace
}  // namespace runner_shim
