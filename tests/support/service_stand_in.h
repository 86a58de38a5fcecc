#pragma once
// Stands in for a credential service where a test needs one that misbehaves: it answers whatever
// the test says, over real HTTP or HTTPS.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "injector/http/server/server.h"

namespace injector::testing {

struct SeenRequest {
  std::string line;  // "POST /api/v1/tokens?x=1"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // Empty when there is none.
  std::string Header(std::string_view name) const;
};

class ServiceStandIn {
 public:
  using Answerer = std::function<http::ServerResponse(const SeenRequest&)>;

  // `answer` is called from the server's threads, one request at a time.
  explicit ServiceStandIn(Answerer answer, std::optional<http::TlsServerOptions> tls = {});
  // Stands in for a sidecar that listens at `socket_path`.
  ServiceStandIn(Answerer answer, const std::string& socket_path);

  // "http://127.0.0.1:1234"; https:// with TLS; "sidecar:/path".
  const std::string& url() const { return url_; }
  // Those that have been answered.
  std::vector<SeenRequest> requests() const;
  // Whether one has come whose line begins with `beginning`. (Of two connections the one that was
  // given up may be answered last, so the order of requests says little.)
  bool Saw(std::string_view beginning) const;
  // Blocks until a request has come whose line begins with `beginning`.
  void WaitFor(std::string_view beginning) const;
  // Changes what the answerer reads, between two answers.
  void Change(const std::function<void()>& change);

 private:
  void Start(UniqueFd listener, const http::ServerOptions& options);
  http::ServerResponse Answer(const http::ServerRequest& request);

  Answerer answer_;
  mutable std::mutex mutex_;
  mutable std::condition_variable came_;
  std::vector<SeenRequest> requests_;
  std::string url_;
  std::unique_ptr<http::HttpServer> server_;  // gone first
};

http::ServerResponse JsonAnswer(int status, std::string_view json);
http::ServerResponse ProblemAnswer(int status, std::string_view code, std::string_view message);

// A renewal until 2099 that leads to `revision`, and what changed up to `revision`: connections as
// a JSON list.
http::ServerResponse RenewalAnswer(int revision, std::string_view connections = "[]");
http::ServerResponse ChangesAnswer(int revision, std::string_view connections = "[]");

// A grant with the lease `lease-1`, secret `lease-secret`, of 15 minutes. `connections` and
// `variables` are JSON lists.
http::ServerResponse GrantAnswer(std::string_view connections, std::string_view variables = "[]");
// The same with another end of the lease.
http::ServerResponse GrantAnswerUntil(std::string_view expires_at, std::string_view connections,
                                      std::string_view variables = "[]");

}  // namespace injector::testing
