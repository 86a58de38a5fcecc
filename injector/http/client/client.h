#pragma once
// HTTP as the project's programs ask for it: one request, one answer, everything bounded. The only
// folder that sees libcurl.
//
// TLS is always verified, redirects are never followed (credentials would follow them), and nothing
// but http and https is spoken. Proxies are taken from the environment as curl(1) does, for https:
// what is not encrypted is for this machine, and no proxy shall read it. An https proxy is verified
// by the system's authorities. What a proxy's URL holds is never in a message.
//
// Nothing of libcurl or OpenSSL starts before the first Client is made.

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "injector/base/result.h"
#include "injector/base/secret.h"

namespace injector::http {

struct Header {
  std::string name;
  Secret value;  // Authorization is one
};

struct ClientRequest {
  std::string method = "GET";
  // Absolute, without userinfo. Errors show it without its query.
  std::string url;
  std::vector<Header> headers;
  Secret body;
  std::chrono::milliseconds connect_timeout{5'000};
  // From the first byte of the name lookup to the last of the answer.
  std::chrono::milliseconds total_timeout{30'000};
  // A longer answer is an error.
  std::size_t max_body_bytes = std::size_t{8} << 20;
  // Asked to stop, the request is given up at once.
  std::stop_token stop = {};
};

struct ClientResponse {
  int status = 0;
  std::vector<Header> headers;
  Secret body;

  // The first header of this name, in any case.
  std::optional<std::string_view> FindHeader(std::string_view name) const;
};

struct ClientOptions {
  // Every request goes to this Unix socket, whatever host its URL names. Empty: over the network.
  std::string unix_socket;
  // PEM files; empty: the system's authorities (authorities.h), no client certificate. They are
  // read again for each new connection, so a replaced file takes effect.
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
};

// Keeps its connection open between requests. One request at a time: a thread has its own.
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Any status is an answer. Otherwise:
  //   kUnavailable        name lookup, connection refused, reset or timed out, missing socket
  //   kDeadlineExceeded   request.stop
  //   kPermissionDenied   a certificate that does not verify, no TLS, a Unix socket of others; a
  //                       proxy's refusal
  //   kUnauthenticated    the other side wants a client certificate, or another one
  //   kDataLoss           what came back is not HTTP, or longer than it may be
  //   kInvalidArgument    the URL, one of the files, or the proxy's URL cannot be used
  // Blocking, at most request.total_timeout.
  Result<ClientResponse> Send(const ClientRequest& request);

 private:
  class Transfer;
  struct EasyDeleter {
    void operator()(void* easy) const;
  };
  struct MultiDeleter {
    void operator()(void* multi) const;
  };
  ClientOptions options_;
  std::unique_ptr<void, MultiDeleter> multi_;  // holds the connection; can be woken
  std::unique_ptr<void, EasyDeleter> curl_;
};

// What a status means to whoever needs the answer: nothing for 2xx; kUnavailable for 408, 425, 429
// and 5xx; kUnauthenticated, kPermissionDenied, kNotFound, kConflict for 401, 403, 404, 409; else
// kFailedPrecondition. `what` is the request, for the message.
Status CheckStatus(const ClientResponse& response, std::string_view what);

}  // namespace injector::http
