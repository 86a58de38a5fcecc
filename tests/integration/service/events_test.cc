// The real program telling a real webhook and a real syslog socket what happens.

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <condition_variable>
#include <cstring>
#include <mutex>

#include "injector/base/hex.h"
#include "injector/crypto/hmac.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/server.h"
#include "tests/integration/service/service_program.h"
#include "tests/support/canary.h"

namespace injector::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kAll = "/api/v1/service-connections";
constexpr char kKey[] = "key-of-the-signatures-0815";
constexpr char kSecret[] = "Zx9-canary-secret-0815";

// What a receiver keeps of one request.
struct Received {
  std::string id;
  std::string timestamp;
  std::string signature;
  std::string body;
};

// A webhook that can be told to refuse.
class WebhookServer {
 public:
  WebhookServer()
      : server_(http::HttpServer::Start(
                    http::ListenOnTcp("127.0.0.1", 0).value(), {},
                    [this](const http::ServerRequest& request) { return Take(request); })
                    .value()) {}
  ~WebhookServer() { server_->Stop(std::chrono::seconds(5)); }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hook?to=me";
  }
  void AnswerWith(int status) {
    const std::lock_guard lock(mutex_);
    status_ = status;
  }
  void WaitForRefused(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return refused_ >= count; });
  }
  // All that was taken, once one of them holds `text`.
  std::vector<Received> WaitFor(const std::string& text) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return !taken_.empty() && taken_.back().body.find(text) != std::string::npos;
    });
    return taken_;
  }

 private:
  http::ServerResponse Take(const http::ServerRequest& request) {
    const auto header = [&request](const char* name) {
      return std::string(request.FindHeader(name).value_or(""));
    };
    const std::lock_guard lock(mutex_);
    http::ServerResponse response;
    response.status = status_;
    if (status_ == 204) {
      taken_.push_back({.id = header("Injector-Event-Id"),
                        .timestamp = header("Injector-Timestamp"),
                        .signature = header("Injector-Signature"),
                        .body = std::string(request.body.Reveal())});
    } else {
      ++refused_;
    }
    changed_.notify_all();
    return response;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int status_ = 204;
  int refused_ = 0;
  std::vector<Received> taken_;
  std::unique_ptr<http::HttpServer> server_;
};

class ServiceEventsTest : public ::testing::Test {
 protected:
  ServiceEventsTest()
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
        world_(DatabaseKind::kSqlite,
               {"--event-webhook-url-file", directory_.Write("url", webhook_.url() + "\n"),
                "--event-webhook-key-file", directory_.Write("key", std::string(kKey) + "\n"),
                "--event-syslog", BindSyslog()}) {}

  std::string BindSyslog() const {
    const std::string path = directory_.path() + "/log";
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return path;
  }
  std::string ReceiveSyslog() const {
    char bytes[8192];
    const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    return std::string(bytes, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
  std::string Make(const std::string& name) {
    return admin_.Post(kAll, AwsBody(name, kSecret)).At({"id"});
  }

  TempDir directory_;
  WebhookServer webhook_;
  UniqueFd socket_;
  ServiceWorld world_;
  const std::string org_ = world_.MakeOrg();
  ServiceClient admin_ = world_.Client(world_.Token(org_, {.role = Role::kAdmin}));
};

TEST_F(ServiceEventsTest, AreSignedCompleteAndWithoutSecrets) {
  const std::string id = Make("main");
  EXPECT_EQ(admin_.Delete(kAll + ("/" + id)).status, 204);
  const std::vector<Received> events = webhook_.WaitFor("connection.delete");
  std::string seen;
  for (const Received& event : events) {
    const Secret mac = HmacSha256(Secret::CopyOf(kKey), event.timestamp + "." + event.body).value();
    EXPECT_EQ(event.signature, "v1=" + HexEncode(mac.Reveal()));
    EXPECT_THAT(event.body, HasSubstr("\"id\":\"" + event.id + "\""));
    seen += event.body;
  }
  EXPECT_THAT(seen, HasSubstr(R"("type":"connection.create")"));
  EXPECT_THAT(seen, HasSubstr(R"("name":"@aws.main")"));
  std::string message;
  while (message.find("connection.delete") == std::string::npos) {
    message = ReceiveSyslog();
    seen += message;
  }
  EXPECT_THAT(message, HasSubstr("<85>1 "));
  EXPECT_THAT(ExposedForms(kSecret, seen), IsEmpty());
  EXPECT_THAT(ExposedForms(kSecret, world_.program().Log()), IsEmpty());
}

TEST_F(ServiceEventsTest, WaitForAReceiverThatIsAwayWhileRequestsAreServed) {
  Make("first");
  webhook_.WaitFor("@aws.first");
  webhook_.AnswerWith(503);
  Make("second");
  webhook_.WaitForRefused(1);
  for (int i = 0; i < 20; ++i) Make("more-" + std::to_string(i));
  webhook_.AnswerWith(204);
  const std::vector<Received> events = webhook_.WaitFor("@aws.more-19");
  std::vector<std::string> names;
  for (const Received& event : events) {
    if (event.body.find("connection.create") == std::string::npos) continue;
    const std::size_t start = event.body.find("@aws.") + 5;
    names.push_back(event.body.substr(start, event.body.find('"', start) - start));
  }
  ASSERT_EQ(names.size(), 22U);
  EXPECT_EQ(names[1], "second");
  EXPECT_EQ(names[2], "more-0");
  const std::string numbers = admin_.Get("/metrics").body;
  EXPECT_THAT(numbers, HasSubstr(R"(injector_events_total{outcome="lost",receiver="webhook"} 0)"));
  EXPECT_THAT(numbers, HasSubstr(R"(injector_connections_due{state="overdue"} 0)"));
}

}  // namespace
}  // namespace injector::testing
