#include "injector/http/server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "injector/base/ascii.h"
#include "injector/http/client/client.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/problem.h"
#include "raw_socket.h"
#include "tests/support/temp_dir.h"

namespace injector::http {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using testing::ConnectTo;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReceiveAll;
using testing::ReceiveAnswer;
using testing::SendText;
using ::testing::StartsWith;

// Says back what it was asked.
ServerResponse Echo(const ServerRequest& request) {
  ServerResponse response;
  response.content_type = "text/plain";
  response.headers.emplace_back("X-Peer", request.peer.address);
  response.body = Secret::Concat(
      {request.method, " ", request.path, " ", request.query, " ", request.body.Reveal()});
  return response;
}

class ServerTest : public ::testing::Test {
 protected:
  void Start(const ServerOptions& options = {}, Handler handler = Echo) {
    server_ =
        HttpServer::Start(ListenOnTcp("127.0.0.1", 0).value(), options, std::move(handler)).value();
  }
  std::string Exchange(std::string_view text) const {
    const UniqueFd socket = ConnectTo(server_->port());
    SendText(socket, text);
    ::shutdown(socket.get(), SHUT_WR);
    return ReceiveAll(socket);
  }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(ServerTest, TakesARequestWithoutLengthForOneWithoutBody) {
  Start();
  const UniqueFd socket = ConnectTo(server_->port());  // and stays open
  SendText(socket, "POST /renew HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(ReceiveAnswer(socket).ends_with("POST /renew  "));
}

TEST_F(ServerTest, HandsTheRequestOnAsItWasSent) {
  Start();
  const std::string answer =
      Exchange("GET /repos/acme%2Fweb?wait=5&x=%20 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Peer: 127.0.0.1\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\nGET /repos/acme%2Fweb wait=5&x=%20 ")) << answer;
}

TEST_F(ServerTest, TakesBodiesOfEveryMethodThatHasOne) {
  Start();
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
    EXPECT_THAT(Exchange(method + " /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
                HasSubstr(method + " /a  abc"));
    if (method == "DELETE") continue;
    EXPECT_THAT(
        Exchange(method + " /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
        HasSubstr(method + " /a  ab"));
  }
}

TEST_F(ServerTest, AnswersManyRequestsOnOneConnection) {
  Start();
  const UniqueFd socket = ConnectTo(server_->port());
  for (int i = 0; i < 20; ++i) {
    SendText(socket, "GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n");
    EXPECT_THAT(ReceiveAnswer(socket), HasSubstr("GET /" + std::to_string(i)));
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  Start();
  const std::string answers = Exchange("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  EXPECT_LT(answers.find("GET /1"), answers.find("GET /2"));
  EXPECT_THAT(answers, HasSubstr("GET /2"));
}

struct RefusalRow {
  const char* name;
  std::string request;
  std::string answer;  // how it begins; empty: closed without a word
};

class ServerRefusalTest : public ServerTest, public ::testing::WithParamInterface<RefusalRow> {};

TEST_P(ServerRefusalTest, IsClearAndFollowedByNothing) {
  Start();
  // What follows must not be taken for a request of its own.
  const std::string answer = Exchange(GetParam().request + "GET /smuggled HTTP/1.1\r\n\r\n");
  EXPECT_THAT(answer, StartsWith(GetParam().answer));
  EXPECT_THAT(answer, Not(HasSubstr("smuggled")));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ServerRefusalTest,
    ::testing::Values(
        RefusalRow{"no_http", "hello\r\n\r\n", "HTTP/1.1 400 "},
        RefusalRow{"unknown_method", "BREW / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
        RefusalRow{"two_lengths",
                   "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
                   "HTTP/1.1 400 "},
        RefusalRow{"length_and_chunks",
                   "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
                   "HTTP/1.1 400 "},
        RefusalRow{"get_with_body", "GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
                   "HTTP/1.1 200 "},
        RefusalRow{"delete_with_chunks",
                   "DELETE / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                   "HTTP/1.1 200 "},
        RefusalRow{"long_body", "POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n",
                   "HTTP/1.1 413 "},
        RefusalRow{"long_header", "GET / HTTP/1.1\r\nA: " + std::string(20'000, 'x') + "\r\n\r\n",
                   "HTTP/1.1 431 "}),
    [](const auto& row) { return row.param.name; });

TEST_F(ServerTest, ErrorsAreProblemsThatEchoNothing) {
  Start();
  const std::string answer = Exchange("BREW /canary HTTP/1.1\r\nX: canary\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_THAT(answer, HasSubstr(R"("error":{"code":"invalid_argument")"));
  EXPECT_THAT(answer, Not(HasSubstr("canary")));
}

TEST_F(ServerTest, DoesNotCompressAndSendsWholeAnswers) {
  Start();
  const std::string answer = Exchange(
      "POST /a HTTP/1.1\r\nAccept-Encoding: gzip\r\nRange: bytes=0-1\r\nContent-Length: "
      "3\r\n\r\nabc");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("POST /a  abc"));
}

TEST_F(ServerTest, ASlowClientIsCutOffHoweverSteadilyItDrips) {
  ServerOptions options;
  options.header_time = milliseconds(60);
  options.body_time = milliseconds(60);
  Start(options);
  for (const std::string_view beginning :
       {"GET / HTTP/1.1\r\nA: ", "POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"}) {
    const UniqueFd socket = ConnectTo(server_->port());
    SendText(socket, beginning);
    char byte = 0;
    // Ends only because the server closes.
    while (::recv(socket.get(), &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN) {
      SendText(socket, "x");
      std::this_thread::sleep_for(milliseconds(5));
    }
  }
}

TEST_F(ServerTest, IdleConnectionsDoNotKeepOthersOut) {
  ServerOptions options;
  options.max_connections = 4;
  Start(options);
  std::vector<UniqueFd> idle;
  for (int i = 0; i < 4; ++i) {
    idle.push_back(ConnectTo(server_->port()));
    SendText(idle.back(), "GET /idle HTTP/1.1\r\n\r\n");
    EXPECT_THAT(ReceiveAnswer(idle.back()), HasSubstr("/idle"));
  }
  EXPECT_THAT(Exchange("GET /fifth HTTP/1.1\r\nConnection: close\r\n\r\n"), HasSubstr("/fifth"));
}

TEST_F(ServerTest, MoreClientsThanThreadsWaitTheirTurn) {
  ServerOptions options;
  options.max_connections = 2;
  Start(options);
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      for (int j = 0; j < 20; ++j) {
        const std::string answer = Exchange("GET /x HTTP/1.1\r\n\r\n");
        if (answer.starts_with("HTTP/1.1 200 OK")) ++answered;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, 16 * 20);
}

TEST_F(ServerTest, WhoIsNotAdmittedIsToldBeforeAnythingIsRead) {
  ServerOptions options;
  options.admits_peer = [](const Peer& peer) { return peer.port == 0; };
  Start(options, [](const ServerRequest&) -> ServerResponse {
    ADD_FAILURE() << "handled";
    return {};
  });
  const UniqueFd silent = ConnectTo(server_->port());
  EXPECT_THAT(ReceiveAll(silent), AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("peer_not_allowed"),
                                        HasSubstr("Connection: close\r\n")));
}

// Holds a request until the test lets it go.
class Gate {
 public:
  ServerResponse Pass(const ServerRequest& request) {
    std::unique_lock lock(mutex_);
    entered_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    return Echo(request);
  }
  void AwaitVisitor() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return entered_; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool entered_ = false;
  bool open_ = false;
};

TEST_F(ServerTest, StoppingLosesNoRequestUnderWay) {
  Gate gate;
  std::stop_token stopping;
  Start({}, [&](const ServerRequest& request) {
    stopping = request.stopping;
    return gate.Pass(request);
  });
  const UniqueFd idle = ConnectTo(server_->port());
  const UniqueFd busy = ConnectTo(server_->port());
  SendText(busy, "GET /busy HTTP/1.1\r\n\r\n");
  gate.AwaitVisitor();
  std::thread stopper([this] { server_->Stop(std::chrono::minutes(1)); });
  EXPECT_EQ(ReceiveAll(idle), "");  // closed at once
  EXPECT_TRUE(stopping.stop_requested());
  gate.Open();
  EXPECT_THAT(ReceiveAll(busy), HasSubstr("GET /busy"));
  stopper.join();
}

TEST_F(ServerTest, StoppingAnswersWhatHasCome) {
  for (int round = 0; round < 50; ++round) {
    Start();
    std::vector<UniqueFd> clients;
    for (int i = 0; i < 4; ++i) {
      clients.push_back(ConnectTo(server_->port()));
      SendText(clients.back(), "GET /first HTTP/1.1\r\n\r\n");
      EXPECT_THAT(ReceiveAnswer(clients.back()), HasSubstr("/first"));
    }
    for (const UniqueFd& client : clients) SendText(client, "GET /second HTTP/1.1\r\n\r\n");
    server_->Stop(std::chrono::minutes(1));
    for (const UniqueFd& client : clients) EXPECT_THAT(ReceiveAll(client), HasSubstr("/second"));
  }
}

TEST_F(ServerTest, OverAUnixSocketThePeerIsKnown) {
  const injector::testing::TempDir directory;
  uid_t seen = 12345;
  server_ = HttpServer::Start(ListenOnUnix(directory / "s", 0600).value(), {},
                              [&seen](const ServerRequest& request) {
                                seen = request.peer.uid.value_or(54321);
                                return Echo(request);
                              })
                .value();
  Client client(
      {.unix_socket = directory / "s", .ca_file = "", .certificate_file = "", .key_file = ""});
  ClientRequest request;
  request.url = "http://sidecar/v1/x";
  const auto response = client.Send(request);
  ASSERT_TRUE(response.ok()) << response.error().message();
  EXPECT_EQ(response->body.Reveal(), "GET /v1/x  ");
  EXPECT_EQ(seen, ::geteuid());
}

TEST_F(ServerTest, AHeaderThatDecidesMayBeThereOnce) {
  Start();
  for (const std::string name :
       {"Authorization", "Grant-Secret", "Host", "If-Match", "Idempotency-Key"}) {
    const std::string once = "DELETE /x HTTP/1.1\r\n" + name + ": a\r\n";
    EXPECT_THAT(Exchange(once + "\r\n"), HasSubstr(" 200 OK")) << name;
    EXPECT_THAT(Exchange(once + ToAsciiLower(name) + ": b\r\n\r\n"), HasSubstr(" 400 ")) << name;
  }
}

TEST(ServerRequestTest, SeveralHeadersOfOneNameAreNone) {
  ServerRequest request;
  request.headers = {{"X-One", "a"}, {"X-Two", "a"}, {"x-two", "b"}};
  EXPECT_EQ(request.FindHeader("x-one"), "a");
  EXPECT_EQ(request.FindHeader("X-Two"), std::nullopt);
}

TEST(ProblemTest, WhatWentWrongInsideIsNotTold) {
  const Secret inner = ProblemFor(Error(ErrorCode::kDataLoss, "row canary")).body.Clone();
  EXPECT_THAT(std::string(inner.Reveal()), Not(HasSubstr("canary")));
  const ServerResponse outer = ProblemFor(Error(ErrorCode::kNotFound, "no such connection"));
  EXPECT_EQ(outer.status, 404);
  EXPECT_THAT(std::string(outer.body.Reveal()), HasSubstr("no such connection"));
}

}  // namespace
}  // namespace injector::http
