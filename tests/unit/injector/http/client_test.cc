#include "injector/http/client/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netdb.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <semaphore>
#include <thread>

#include "injector/http/server/listener.h"
#include "injector/http/server/server.h"
#include "raw_socket.h"

namespace {

// What the C library's functions below do for libcurl while a test says so.
std::atomic<bool> lookups_hang = false;
std::binary_semaphore lookup_has_begun(0);
std::binary_semaphore lookup_may_end(0);
std::atomic<bool> lookup_has_ended = false;
std::atomic<bool> connecting_is_forbidden = false;

}  // namespace

// The linker puts these in the place of the ones without `__wrap_`, for libcurl too.
extern "C" {
int __real_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);
int __wrap_getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                       addrinfo** found);
int __real_connect(int, const sockaddr*, socklen_t);
int __wrap_connect(int fd, const sockaddr* address, socklen_t size);

int __wrap_getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                       addrinfo** found) {
  if (lookups_hang) {
    lookup_has_begun.release();
    // Not for ever: a client that waits for it shall fail, and not hang.
    static_cast<void>(lookup_may_end.try_acquire_for(std::chrono::seconds(10)));
    lookup_has_ended = true;
    return EAI_AGAIN;
  }
  return __real_getaddrinfo(node, service, hints, found);
}

int __wrap_connect(int fd, const sockaddr* address, socklen_t size) {
  if (!connecting_is_forbidden) return __real_connect(fd, address, size);
  errno = EACCES;
  return -1;
}
}

namespace injector::http {
namespace {

using testing::CannedServer;
using ::testing::HasSubstr;
using ::testing::Not;

ClientRequest Get(const std::string& url) {
  ClientRequest request;
  request.url = url;
  return request;
}

TEST(ClientTest, BringsStatusHeadersAndBody) {
  CannedServer server({"HTTP/1.1 418 Teapot\r\nX-One:  a b \r\nContent-Length: 3\r\n\r\nabc"});
  Client client({});
  const auto response = client.Send(Get(server.url() + "/x"));
  ASSERT_TRUE(response.ok()) << response.error().message();
  EXPECT_EQ(response->status, 418);
  EXPECT_EQ(response->FindHeader("x-one"), "a b");
  EXPECT_EQ(response->FindHeader("x-two"), std::nullopt);
  EXPECT_EQ(response->body.Reveal(), "abc");
}

TEST(ClientTest, SendsMethodHeadersAndNothingThatWaits) {
  CannedServer server({"HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n"});
  {
    ClientRequest request = Get(server.url() + "/api?q=1");
    request.method = "PATCH";
    request.headers.push_back({"Authorization", Secret::CopyOf("Bearer canary")});
    request.body = Secret(std::size_t{5000});
    Client client({});
    ASSERT_TRUE(client.Send(request).ok());
  }
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_THAT(server.requests()[0], HasSubstr("PATCH /api?q=1 HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests()[0], HasSubstr("Authorization: Bearer canary\r\n"));
  EXPECT_THAT(server.requests()[0], HasSubstr("Content-Length: 5000\r\n"));
  EXPECT_THAT(server.requests()[0], Not(HasSubstr("Expect:")));
}

TEST(ClientTest, FollowsNoRedirect) {
  CannedServer server(
      {"HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"});
  Client client({});
  EXPECT_EQ(client.Send(Get(server.url()))->status, 302);
}

// Answers nothing before it is told to stop waiting.
TEST(ClientTest, GivesUpAtOnceWhenAskedToStop) {
  std::stop_source stop;
  ServerOptions options;
  const auto server =
      HttpServer::Start(ListenOnTcp("127.0.0.1", 0).value(), options,
                        [&stop](const ServerRequest& request) {
                          stop.request_stop();
                          std::mutex mutex;
                          std::unique_lock lock(mutex);
                          std::condition_variable_any stopping;
                          stopping.wait(lock, request.stopping, [] { return false; });
                          return ServerResponse();
                        })
          .value();
  ClientRequest request = Get("http://127.0.0.1:" + std::to_string(server->port()) + "/");
  request.total_timeout = std::chrono::hours(1);
  request.stop = stop.get_token();
  Client client({});
  const auto response = client.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(client.Send(request).error().code(), ErrorCode::kDeadlineExceeded) << "stopped before";
}

// Nobody knows how long a name server keeps silent.
TEST(ClientTest, WaitsForNoNameLookupThatNobodyWantsAnyMore) {
  lookups_hang = true;
  std::stop_source stop;
  const std::jthread stopping([&stop] {
    lookup_has_begun.acquire();
    stop.request_stop();
  });
  ClientRequest request = Get("http://host.example/");
  request.stop = stop.get_token();
  Client client({});
  EXPECT_EQ(client.Send(request).error().code(), ErrorCode::kDeadlineExceeded);
  EXPECT_FALSE(lookup_has_ended);
  lookup_may_end.release();
  lookups_hang = false;
}

TEST(ClientTest, GivesNoProxyWhatIsNotEncrypted) {
  CannedServer server({"HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n"});
  ASSERT_EQ(::setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
  Client client({});
  const auto response = client.Send(Get(server.url()));
  ASSERT_EQ(::unsetenv("http_proxy"), 0);
  ASSERT_TRUE(response.ok()) << response.error().message();
}

// Asks an https URL through the proxy `url`.
Error ErrorThroughProxy(const std::string& url) {
  ::setenv("https_proxy", url.c_str(), 1);
  ::setenv("no_proxy", "", 1);
  Client client({});
  const auto response = client.Send(Get("https://127.0.0.1:1/path"));
  ::unsetenv("https_proxy");
  ::unsetenv("no_proxy");
  return response.error();
}

// libcurl's words for it quote the whole URL.
TEST(ClientTest, ShowsNothingOfAProxysUrlThatIsNone) {
  for (const char* url : {"ftp://me:canary@proxy.example", "http://me:canary@proxy.example:x",
                          "http://me:can\nary@proxy.example", "canary://proxy.example"}) {
    const Error error = ErrorThroughProxy(url);
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument) << error.message();
    EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr("ary"))) << url;
    EXPECT_THAT(error.message(), HasSubstr("/path: the proxy of the environment"));
    EXPECT_THAT(error.hint(), HasSubstr("https_proxy"));
  }
}

TEST(ClientTest, AProxyThatRefusesIsFinalAndOneThatCannotIsNot) {
  struct Row {
    const char* status;
    ErrorCode code;
    const char* hint;
  };
  for (const Row& row : {Row{"407 Who", ErrorCode::kPermissionDenied, "USER:PASSWORD"},
                         Row{"403 No", ErrorCode::kPermissionDenied, "no_proxy"},
                         Row{"302 There", ErrorCode::kPermissionDenied, "no_proxy"},
                         Row{"503 Later", ErrorCode::kUnavailable, "no_proxy"}}) {
    CannedServer proxy({std::string("HTTP/1.1 ") + row.status + "\r\nContent-Length: 0\r\n\r\n"});
    const std::string login = "http://me:canary@";
    const Error error =
        ErrorThroughProxy(login + proxy.url().substr(std::string("http://").size()));
    EXPECT_EQ(error.code(), row.code) << error.message();
    EXPECT_THAT(error.message(), HasSubstr("/path: the proxy answers with status " +
                                           std::string(row.status).substr(0, 3)));
    EXPECT_THAT(error.hint(), HasSubstr(row.hint));
    EXPECT_THAT(error.message() + error.hint(), Not(HasSubstr("canary")));
  }
}

struct FaultRow {
  const char* name;
  std::string answer;
  ErrorCode code;
};

class ClientFaultTest : public ::testing::TestWithParam<FaultRow> {};

TEST_P(ClientFaultTest, IsToldApart) {
  CannedServer server({GetParam().answer});
  Client client({});
  ClientRequest request = Get(server.url() + "/path?token=canary");
  request.max_body_bytes = 100;
  const auto response = client.Send(request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), GetParam().code) << response.error().message();
  EXPECT_THAT(response.error().message(), HasSubstr("/path: "));
  EXPECT_THAT(response.error().message(), Not(HasSubstr("canary")));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ClientFaultTest,
    ::testing::Values(
        FaultRow{"nothing", "", ErrorCode::kUnavailable},
        FaultRow{"half", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc",
                 ErrorCode::kUnavailable},
        FaultRow{"garbage", "what is this\r\n\r\n", ErrorCode::kDataLoss},
        FaultRow{"long", "HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'), ErrorCode::kDataLoss},
        FaultRow{"long_header", "HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x') + "\r\n\r\n",
                 ErrorCode::kDataLoss}),
    [](const auto& row) { return row.param.name; });

TEST(ClientTest, NobodyThereIsUnavailable) {
  Client over_network({});
  EXPECT_EQ(over_network.Send(Get("http://127.0.0.1:1/")).error().code(), ErrorCode::kUnavailable);
  Client over_socket({.unix_socket = "/nonexistent/socket",
                      .ca_file = "",
                      .certificate_file = "",
                      .key_file = ""});
  const auto nobody = over_socket.Send(Get("http://sidecar/"));
  EXPECT_EQ(nobody.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(nobody.error().message(), "connect to /nonexistent/socket: no such file or directory");
}

// A socket of others stays theirs; a route that a firewall refuses may come back.
TEST(ClientTest, OnlyASocketThatIsRefusedIsFinal) {
  connecting_is_forbidden = true;
  Client over_network({});
  EXPECT_EQ(over_network.Send(Get("http://127.0.0.1:1/")).error().code(), ErrorCode::kUnavailable);
  Client over_socket(
      {.unix_socket = "/tmp/socket", .ca_file = "", .certificate_file = "", .key_file = ""});
  const auto refused = over_socket.Send(Get("http://sidecar/"));
  EXPECT_EQ(refused.error().code(), ErrorCode::kPermissionDenied);
  EXPECT_EQ(refused.error().message(), "connect to /tmp/socket: permission denied");
  connecting_is_forbidden = false;
}

TEST(ClientTest, RefusesWhatItMustNotSend) {
  Client client({});
  for (const char* url :
       {"http://user:canary@127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd"}) {
    const auto response = client.Send(Get(url));
    ASSERT_FALSE(response.ok()) << url;
    EXPECT_THAT(response.error().message(), Not(HasSubstr("canary")));
  }
  ClientRequest request = Get("http://127.0.0.1:1/");
  request.headers.push_back({"A", Secret::CopyOf("x\r\nB: canary")});
  EXPECT_EQ(client.Send(request).error().code(), ErrorCode::kInvalidArgument);
}

TEST(CheckStatusTest, SortsByWhatTheCallerCanDo) {
  const auto code_of = [](int status) {
    ClientResponse response;
    response.status = status;
    return CheckStatus(response, "x").error().code();
  };
  ClientResponse good;
  good.status = 201;
  EXPECT_TRUE(CheckStatus(good, "x").ok());
  for (const int status : {408, 425, 429, 500, 502, 503, 599}) {
    EXPECT_EQ(code_of(status), ErrorCode::kUnavailable) << status;
  }
  EXPECT_EQ(code_of(401), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(403), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code_of(404), ErrorCode::kNotFound);
  for (const int status : {302, 400, 418}) {
    EXPECT_EQ(code_of(status), ErrorCode::kFailedPrecondition) << status;
  }
}

}  // namespace
}  // namespace injector::http
