// Clients that do not behave: the service answers the others all the same.

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <random>

#include "tests/integration/service/service_program.h"
#include "tests/unit/injector/http/raw_socket.h"

namespace injector::testing {
namespace {

using http::testing::ConnectTo;
using http::testing::ReceiveAll;
using http::testing::ReceiveAnswer;
using http::testing::SendText;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kAll = "/api/v1/service-connections";

class HostileClientsTest : public ::testing::Test {
 protected:
  std::string Exchange(std::string_view text) {
    const UniqueFd socket = ConnectTo(world_.program().port());
    SendText(socket, text);
    ::shutdown(socket.get(), SHUT_WR);
    return ReceiveAll(socket);
  }
  std::string Authorized(const std::string& request_line, const std::string& rest) {
    return request_line + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + admin_.token() +
           "\r\n" + rest;
  }
  void ExpectServing() { EXPECT_EQ(admin_.Get(kAll).status, 200); }

  ServiceWorld world_{DatabaseKind::kSqlite,
                      {"--header-time", "200ms", "--body-time", "200ms", "--max-connections", "64",
                       "--max-body", "100000", "--max-header", "8192"}};
  ServiceClient admin_ = world_.Client(world_.Token(world_.MakeOrg(), {.role = Role::kAdmin}));
};

TEST_F(HostileClientsTest, OnesThatNeverFinishAreCutOff) {
  std::vector<UniqueFd> slow;
  for (int i = 0; i < 32; ++i) {
    slow.push_back(ConnectTo(world_.program().port()));
    SendText(slow.back(), i % 2 == 0 ? "GET / HTTP/1.1\r\nX-Slow: "
                                     : "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nab");
  }
  ExpectServing();
  // Each of them is closed, by the server.
  for (const UniqueFd& socket : slow) ReceiveAll(socket);
  ExpectServing();
}

TEST_F(HostileClientsTest, IdleOnesKeepNobodyOut) {
  std::vector<UniqueFd> idle;
  for (int i = 0; i < 300; ++i) {
    idle.push_back(ConnectTo(world_.program().port()));
    SendText(idle.back(), "GET /healthz HTTP/1.1\r\n\r\n");
  }
  ExpectServing();
}

TEST_F(HostileClientsTest, WhatIsTooLargeIsRefused) {
  const std::string big(100'001, ' ');
  EXPECT_EQ(admin_.Post(kAll, big).status, 413);
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nX-Big: " + std::string(9000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  ExpectServing();
}

TEST_F(HostileClientsTest, WhatIsMalformedIsRefusedAndRepeatsNothing) {
  const std::string canary = "canary4711x";
  for (const std::string& request :
       {canary + "\r\n\r\n", "GET /" + canary + "\r\n\r\n",
        "GET / HTTP/1.1\r\n" + canary + "\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: " + canary + "\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + canary + "\r\n",
        Authorized("GET " + std::string(kAll) + "?" + canary + "=%zz", "\r\n"),
        Authorized(
            "POST " + std::string(kAll),
            "Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"" + canary + "\"")}) {
    const std::string answer = Exchange(request);
    EXPECT_THAT(answer, Not(HasSubstr(canary))) << request;
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 4")) << request;
  }
  ExpectServing();
}

TEST_F(HostileClientsTest, PipelinedRequestsAreAnsweredInOrder) {
  const std::string answers = Exchange(Authorized("GET " + std::string(kAll), "\r\n") +
                                       "GET /healthz HTTP/1.1\r\n\r\nGET /nope HTTP/1.1\r\n\r\n");
  const std::size_t first = answers.find("\"items\"");
  const std::size_t second = answers.find("\"status\":\"ok\"");
  const std::size_t third = answers.find("no such path");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_NE(third, std::string::npos);
}

// Requests put together at random from pieces that mean something here: whatever comes, it is an
// answer that the document describes, and never an inner error.
TEST_F(HostileClientsTest, RandomRequestsAreAllAnswered) {
  const std::vector<std::string> targets = {kAll,
                                            "/api/v1/variables",
                                            "/api/v1/repos/web/grants",
                                            "/api/v1/tokens",
                                            "/api/v1/audit",
                                            "/api/v1/repos/%2e%2e/variables",
                                            "/api/v1/org/service-connections",
                                            "/api/v1/grants/x/renew",
                                            "/api/v1/variables/A",
                                            "/api/v1/service-connections/%F0%9F%98%80"};
  const std::vector<std::string> queries = {"",
                                            "?limit=0",
                                            "?limit=500",
                                            "?after=%00",
                                            "?after=zz",
                                            "?force=true",
                                            "?since=2026-01-31T08:05:00Z",
                                            "?wait=1",
                                            "?limit=1&limit=2",
                                            "?%ff"};
  const std::vector<std::string> pieces = {"{",
                                           "}",
                                           "[",
                                           "]",
                                           ",",
                                           ":",
                                           "\"name\"",
                                           "\"type\"",
                                           "\"config\"",
                                           "\"key\"",
                                           "\"value\"",
                                           "\"role\"",
                                           "\"runner\"",
                                           "\"repos\"",
                                           "\"a\"",
                                           "\"\\u0000\"",
                                           "null",
                                           "true",
                                           "1e999",
                                           "-0",
                                           "\"connections\"",
                                           "\"attached\"",
                                           "\xff",
                                           " "};
  const std::vector<std::string> methods = {"GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"};
  std::mt19937 random(4711);
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[random() % from.size()];
  };
  const char* rounds = std::getenv("SERVICE_RANDOM_REQUESTS");
  const int count = rounds == nullptr ? 300 : std::atoi(rounds);
  for (int i = 0; i < count; ++i) {
    std::string body = random() % 2 == 0 ? "{" : "";
    for (auto n = random() % 12; n > 0; --n) body += pick(pieces);
    const Reply reply = admin_.Send(pick(methods), pick(targets) + pick(queries), body,
                                    {{"If-Match", random() % 2 == 0 ? "\"1\"" : "*"}});
    EXPECT_LT(reply.status, 500) << reply.body;
  }
}

}  // namespace
}  // namespace injector::testing
