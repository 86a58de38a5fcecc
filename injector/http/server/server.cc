#include "injector/http/server/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <set>
#include <thread>

#include "injector/base/ascii.h"
#include "injector/http/server/connection_stream.h"
#include "injector/http/server/growing_pool.h"
#include "injector/http/server/listener.h"
#include "injector/http/server/problem.h"

namespace injector::http {
namespace {

constexpr int kHeaderTooLarge = 431;
constexpr std::chrono::milliseconds kFarewell{1'000};

// An answer's header and body are written one after the other; the body would wait some 40 ms for
// the other side's acknowledgement of the header (tcp(7), TCP_NODELAY). Not for a Unix socket,
// which does not know of it, and needs it not.
void SendAtOnce(int socket) {
  constexpr int kOn = 1;
  static_cast<void>(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &kOn, sizeof(kOn)));
}

bool AnnouncesBody(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding") ||
         (request.has_header("Content-Length") &&
          request.get_header_value("Content-Length") != "0");
}

// Whether cpp-httplib reads the body of such a request.
bool BodyIsRead(const httplib::Request& request) {
  if (request.method == "DELETE") return request.has_header("Content-Length");
  return request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

// Two readings of where a request ends are what request smuggling lives on (RFC 9112, section
// 6.3): only one length, or chunks alone.
bool IsFramedOnce(const httplib::Request& request) {
  const std::size_t lengths = request.get_header_value_count("Content-Length");
  const std::size_t codings = request.get_header_value_count("Transfer-Encoding");
  if (lengths + codings > 1) return false;
  return codings == 0 || ToAsciiLower(request.get_header_value("Transfer-Encoding")) == "chunked";
}

// A header that a client may send once, and has sent again: which of the two is meant is anybody's
// guess (RFC 9110, section 5.3). Only what our handlers read.
bool RepeatsHeader(const httplib::Request& request) {
  constexpr std::array<const char*, 5> kOnce = {"Authorization", "Grant-Secret", "Host", "If-Match",
                                                "Idempotency-Key"};
  return std::any_of(kOnce.begin(), kOnce.end(), [&request](const char* name) {
    return request.get_header_value_count(name) > 1;
  });
}

ServerRequest Translate(const httplib::Request& request, const Peer& peer, std::stop_token token) {
  ServerRequest result;
  result.method = request.method;
  const std::string_view target = request.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  result.path = target.substr(0, question);
  result.query = target.substr(std::min(question + 1, target.size()));
  for (const auto& [name, value] : request.headers) result.headers.emplace_back(name, value);
  result.peer = peer;
  result.stopping = std::move(token);
  return result;
}

// The body is sent from where it lies, and wiped with it.
void Translate(ServerResponse response, httplib::Response& result) {
  result.status = response.status;
  for (const auto& [name, value] : response.headers) result.set_header(name.c_str(), value);
  if (response.body.empty()) return;
  const auto body = std::make_shared<const Secret>(std::move(response.body));
  result.set_content_provider(
      body->size(), response.content_type,
      [body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        return sink.write(body->Reveal().data() + offset, length);
      });
}

// The pool as cpp-httplib owns it.
class PoolHandle final : public httplib::TaskQueue {
 public:
  explicit PoolHandle(GrowingPool& pool) : pool_(pool) {}
  void enqueue(std::function<void()> work) override { pool_.Enqueue(std::move(work)); }
  void shutdown() override { pool_.Shutdown(); }

 private:
  GrowingPool& pool_;
};

}  // namespace

std::optional<std::string_view> ServerRequest::FindHeader(std::string_view name) const {
  std::optional<std::string_view> found;
  for (const auto& [header, value] : headers) {
    if (ToAsciiLower(header) != ToAsciiLower(name)) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

class HttpServer::Implementation final : private httplib::Server {
 public:
  Implementation(const ServerOptions& options, http::Handler handler,
                 std::unique_ptr<TlsContext> tls)
      : options_(options),
        handler_(std::move(handler)),
        tls_(std::move(tls)),
        pool_(options.max_connections) {
    new_task_queue = [this] { return new PoolHandle(pool_); };  // theirs to delete
    set_payload_max_length(options_.max_body_bytes);
    set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
      return Refuse(request, response);
    });
    set_error_handler(
        [](const httplib::Request&, httplib::Response& response) { DescribeError(response); });
    Route();
  }

  void Serve(UniqueFd listener) {
    port_ = PortOf(listener);
    svr_sock_ = listener.Release();
    acceptor_ = std::thread([this] { listen_after_bind(); });
  }

  int port() const { return port_; }

  Status ReloadTls() { return tls_ ? tls_->Reload() : Status(); }

  void Stop(std::chrono::milliseconds grace) {
    if (!acceptor_.joinable()) return;
    stop_.request_stop();
    // Cannot fail: it is written once.
    ::eventfd_write(stopped_.get(), 1);
    pool_.HurryForGood();
    // Not stop(), which also cuts off answers that are being written.
    ::shutdown(svr_sock_, SHUT_RDWR);
    CutOffAfter(grace);
    acceptor_.join();
  }

 private:
  static thread_local ConnectionStream* current_;

  void Route() {
    const std::string all = ".*";
    const auto bodiless = [this](const httplib::Request& request, httplib::Response& response) {
      Answer(request, Secret(), response);
    };
    const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      SecretBuilder body;
      const bool complete = reader([&body](const char* bytes, std::size_t size) {
        body.Append({bytes, size});
        return true;
      });
      if (!complete) {
        current_->Abandon();
        return;  // the status says why
      }
      Answer(request, std::move(body).Build(), response);
    };
    Get(all, bodiless);
    Options(all, bodiless);
    Post(all, with_body);
    Put(all, with_body);
    Patch(all, with_body);
    Delete(all, with_body);
  }

  void Answer(const httplib::Request& request, Secret body, httplib::Response& response) {
    ServerRequest translated = Translate(request, current_->peer(), stop_.get_token());
    translated.body = std::move(body);
    Translate(handler_(translated), response);
    current_->BeginAnswer();
  }

  static HandlerResponse Refuse(const httplib::Request& request, httplib::Response& response) {
    const bool is_framed_once = IsFramedOnce(request);
    if (is_framed_once && !RepeatsHeader(request)) return HandlerResponse::Unhandled;
    const char* const why = is_framed_once ? "a header that may be there once is there again"
                                           : "the request's length is ambiguous";
    Translate(ProblemResponse(400, "invalid_argument", why), response);
    return HandlerResponse::Handled;
  }

  static void DescribeError(httplib::Response& response) {
    if (response.content_length_ > 0 || !response.body.empty()) return;
    if (current_->HeaderIsTooLong()) response.status = kHeaderTooLarge;
    Translate(ProblemForStatus(response.status), response);
  }

  bool process_and_close_socket(socket_t socket) override {
    const UniqueFd owned(socket);
    SendAtOnce(socket);
    Register(socket);
    ConnectionStream stream(socket, tls_ ? tls_->NewConnection() : nullptr, options_);
    current_ = &stream;
    if (!AdmitsPeer(stream.peer())) {
      TurnAway(stream);
    } else if (stream.Greet()) {
      ServeRequests(stream);
      stream.Close();
      if (stream.is_abandoned()) stream.Drain(kFarewell);
    } else {
      // The alert that says why: a client under TLS 1.3 has sent more than we have read.
      stream.Drain(kFarewell);
    }
    current_ = nullptr;
    Unregister(socket);
    ::shutdown(socket, SHUT_RDWR);
    return true;
  }

  bool AdmitsPeer(const Peer& peer) const {
    return !options_.admits_peer || options_.admits_peer(peer);
  }

  // Says so before anything is read: who is not served holds a thread no longer than its answer
  // takes to arrive.
  static void TurnAway(ConnectionStream& stream) {
    const ServerResponse refusal =
        ProblemResponse(403, "peer_not_allowed", "this server does not serve your user");
    const Secret answer = Secret::Concat(
        {"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: ", refusal.content_type,
         "\r\nContent-Length: ", std::to_string(refusal.body.size()), "\r\n\r\n",
         refusal.body.Reveal()});
    // Whether it arrives is all the same to us.
    static_cast<void>(stream.write(answer.Reveal().data(), answer.size()));
    stream.Drain(kFarewell);
  }

  void ServeRequests(ConnectionStream& stream) {
    // The first is what the connection was made for: however many wait, it has its time to come.
    bool more = stream.AwaitRequest(options_.header_time, stopped_.get());
    while (more) {
      stream.BeginHeader();
      bool closes = false;
      const bool last = pool_.IsHurrying();  // and the answer says so
      const auto prepare = [&stream](httplib::Request& request) { Prepare(stream, request); };
      more = process_request(stream, last, closes, prepare) && !closes && !last &&
             !stream.is_abandoned() && stream.AwaitRequest(options_.keep_alive, pool_.hurry());
    }
  }

  // After the header, before the body.
  static void Prepare(ConnectionStream& stream, httplib::Request& request) {
    stream.BeginBody();
    // What is not read would be taken for the next request.
    if (!IsFramedOnce(request) || RepeatsHeader(request) ||
        (AnnouncesBody(request) && !BodyIsRead(request))) {
      stream.Abandon();
    }
    // No length is no body (RFC 9112, section 6.3); cpp-httplib would read until the other side
    // closes.
    if (BodyIsRead(request) && !request.has_header("Content-Length") &&
        !request.has_header("Transfer-Encoding")) {
      request.headers.emplace("Content-Length", "0");
    }
    // Compression beside secrets tells their length (BREACH); parts of answers make no sense.
    request.headers.erase("Accept-Encoding");
    request.ranges.clear();
  }

  void Register(int socket) {
    const std::lock_guard lock(mutex_);
    open_.insert(socket);
  }
  void Unregister(int socket) {
    const std::lock_guard lock(mutex_);
    open_.erase(socket);
    if (open_.empty()) all_closed_.notify_all();
  }

  void CutOffAfter(std::chrono::milliseconds grace) {
    std::unique_lock lock(mutex_);
    if (all_closed_.wait_for(lock, grace, [this] { return open_.empty(); })) return;
    // Under the lock, so that none of the numbers has been closed and given to somebody else.
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }

  const ServerOptions options_;
  const http::Handler handler_;
  const std::unique_ptr<TlsContext> tls_;
  std::stop_source stop_;
  const UniqueFd stopped_{
      ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};  // readable once it is asked to
  GrowingPool pool_;
  int port_ = 0;
  std::thread acceptor_;
  std::mutex mutex_;
  std::condition_variable all_closed_;
  std::set<int> open_;
};

thread_local ConnectionStream* HttpServer::Implementation::current_ = nullptr;

HttpServer::HttpServer(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

HttpServer::~HttpServer() { Stop(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<HttpServer>> HttpServer::Start(UniqueFd listener,
                                                      const ServerOptions& options,
                                                      Handler handler) {
  std::unique_ptr<TlsContext> tls;
  if (options.tls) {
    ASSIGN_OR_RETURN(tls, TlsContext::Load(*options.tls));
  }
  auto implementation =
      std::make_unique<Implementation>(options, std::move(handler), std::move(tls));
  implementation->Serve(std::move(listener));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(implementation)));
}

int HttpServer::port() const { return implementation_->port(); }

Status HttpServer::ReloadTls() { return implementation_->ReloadTls(); }

void HttpServer::Stop(std::chrono::milliseconds grace) { implementation_->Stop(grace); }

}  // namespace injector::http
